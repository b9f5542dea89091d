/**
 * Gradients of convolutions as convolutions, for TensorFlow.js on WebAssembly: that backend is fast at convolving, but its
 * gradient kernels are slow, or missing.
 */
import * as tf from "@tensorflow/tfjs";
import { depthwise3x3Gradient } from "./depthwise-gradient.js";

type Shape = [number, number, number, number];
type Info = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** Registers the kernels of the gradients of CONV_2D and 3 × 3 DEPTHWISE_CONV_2D, NHWC without dilation. */
export function registerConvolutionGradients(): void {
  register("Conv2DBackpropInput", false, (info, { dy, filter }) =>
    tf.conv2d(spread(dy, info), tf.transpose(turned(filter), [0, 1, 3, 2]), 1, "valid"),
  );
  register("Conv2DBackpropFilter", false, (info, { x, dy }) => {
    if (isPointwise(info)) return pointwiseFilterGradient(x, dy, info);
    const [images, taps] = [tf.transpose(padded(x, info), [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3])];
    return tf.transpose(tf.conv2d(images, taps, 1, "valid", "NHWC", strides(info)), [1, 2, 0, 3]);
  });
  register("DepthwiseConv2dNativeBackpropInput", true, (info, { dy, filter }) =>
    tf.depthwiseConv2d(spread(dy, info), turned(filter), 1, "valid"),
  );
  register("DepthwiseConv2dNativeBackpropFilter", true, (info, { x, dy }) => {
    const images = padded(x, info);
    const [, inHeight, inWidth, channels] = images.shape;
    const sizes = { ...info, images: info.batchSize, inHeight, inWidth, channels };
    const [values, slopes] = [images, dy].map((tensor) => tensor.dataSync() as Float32Array);
    return tf.tensor(depthwise3x3Gradient(values, slopes, sizes), info.filterShape);
  });
}

/** Two of them, as the kernel says. */
interface Inputs {
  readonly x: tf.Tensor4D;
  readonly dy: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
}

interface Attributes {
  readonly strides: [number, number];
  readonly pad: "valid" | "same";
  readonly inputShape?: Shape;
  readonly filterShape?: Shape;
}

function register(
  kernelName: string,
  depthwise: boolean,
  gradient: (info: Info, inputs: Inputs) => tf.Tensor,
): void {
  if (tf.getKernel(kernelName, "wasm")) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    kernelFunc(params) {
      const inputs = params.inputs as unknown as Inputs;
      const { strides, pad, inputShape, filterShape } = params.attrs as unknown as Attributes;
      const shapes = [inputShape ?? inputs.x.shape, filterShape ?? inputs.filter.shape] as const;
      const info = tf.backend_util.computeConv2DInfo(...shapes, strides, 1, pad, undefined, depthwise);
      return tf.tidy(() => gradient(info, inputs));
    },
  });
}

/** Whether a convolution multiplies the channels of each position by a matrix. */
function isPointwise({ filterHeight, filterWidth, strideHeight, strideWidth }: Info): boolean {
  return [filterHeight, filterWidth, strideHeight, strideWidth].every((size) => size === 1);
}

function pointwiseFilterGradient(x: tf.Tensor, dy: tf.Tensor, info: Info): tf.Tensor {
  const { inChannels, outChannels, filterShape } = info;
  const columns = tf.transpose(tf.reshape(x, [-1, inChannels]));
  return tf.reshape(tf.matMul(columns, tf.reshape(dy, [-1, outChannels])), filterShape);
}

/** What becomes the dilation of a convolution with the output's gradient. */
function strides({ strideHeight, strideWidth }: Info): [number, number] {
  return [strideHeight, strideWidth];
}

/** A filter, turned by half a circle. */
function turned(filter: tf.Tensor4D): tf.Tensor4D {
  return tf.reverse(filter, [0, 1]);
}

/** An input with the zeros around it that a convolution adds, without what its last stride does not reach. */
function padded(x: tf.Tensor4D, info: Info): tf.Tensor4D {
  const reached = ([out, stride, filter]: number[]) => (out - 1) * stride + filter;
  return fitted(
    x,
    [info.padInfo.top, info.padInfo.left],
    [
      reached([info.outHeight, info.strideHeight, info.filterHeight]),
      reached([info.outWidth, info.strideWidth, info.filterWidth]),
    ],
  );
}

/** The gradient of an output with zeros for the positions that strides pass over, and around it. */
function spread(dy: tf.Tensor4D, info: Info): tf.Tensor4D {
  const [images, height, width, channels] = dy.shape;
  const { strideHeight, strideWidth, padInfo, filterHeight, filterWidth } = info;
  const apart = padNonzero(tf.reshape(dy, [images, height, 1, width, 1, channels]), [
    [0, 0],
    [0, 0],
    [0, strideHeight - 1],
    [0, 0],
    [0, strideWidth - 1],
    [0, 0],
  ]);
  return fitted(
    tf.reshape(apart, [images, height * strideHeight, width * strideWidth, channels]),
    [filterHeight - 1 - padInfo.top, filterWidth - 1 - padInfo.left],
    [info.inHeight + filterHeight - 1, info.inWidth + filterWidth - 1],
  );
}

/** Images with zeros before them, and cut or filled up to a height and width. */
function fitted(x: tf.Tensor4D, before: readonly number[], size: readonly number[]): tf.Tensor4D {
  const [images, height, width, channels] = x.shape;
  const after = [size[0] - before[0] - height, size[1] - before[1] - width];
  const larger = padNonzero(x, [
    [0, 0],
    [before[0], Math.max(0, after[0])],
    [before[1], Math.max(0, after[1])],
    [0, 0],
  ]);
  return Math.min(...after) >= 0
    ? larger
    : tf.slice(larger, [0, 0, 0, 0], [images, size[0], size[1], channels]);
}

/** Padded with zeros, if there are any: pads by nothing are copies. */
function padNonzero<T extends tf.Tensor>(x: T, paddings: [number, number][]): T {
  return paddings.flat().some((padding) => padding > 0) ? tf.pad(x, paddings) : x;
}
