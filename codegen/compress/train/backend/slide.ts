/** Convolutions as the backend's kernels compute them. */
import * as tf from "@tensorflow/tfjs-core";
import { fitted } from "./images.js";

type Pair = readonly [down: number, across: number];

/** What a filter moves over, and how. */
export interface Sliding {
  /** Rows and columns of zeros before the images; negative where so many are left out. */
  readonly before: Pair;
  /** Rows and columns altogether, of zeros and pixels. */
  readonly size: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
}

/**
 * Images under a filter, NHWC and HWIO, or HWIM where `kernel` is depthwise. TensorFlow.js's own functions refuse strides together
 * with dilations, the kernels do not.
 */
export function slide(
  kernel: "FusedConv2D" | "FusedDepthwiseConv2D",
  x: tf.Tensor,
  filter: tf.Tensor,
  { before, size, strides, dilations }: Sliding,
  bias?: tf.Tensor,
): tf.Tensor {
  const after = [0, 1].map((axis) => {
    const missing = size[axis] - before[axis] - x.shape[axis + 1];
    return missing < 0 && -missing < strides[axis] ? 0 : missing; // the last stride ends there all the same
  });
  const framed = Math.min(...before, ...after) < 0;
  const pad = [
    [0, 0],
    [before[0], after[0]],
    [before[1], after[1]],
    [0, 0],
  ];
  return tf.engine().runKernel(
    kernel,
    { x: framed ? fitted(x, before, size) : x, filter, ...(bias && { bias }) },
    {
      strides: [...strides],
      dilations: [...dilations],
      pad: framed ? "valid" : pad,
      dataFormat: "NHWC",
      activation: "linear",
    },
  ) as tf.Tensor;
}
