/** Depthwise convolutions and their gradients. Images are NHWC, filters HWIM: M output channels for each of the input. */
import * as tf from "@tensorflow/tfjs-core";
import { backwards, forwards, spread } from "./convolution.js";
import { depthwise3x3Gradient } from "./depthwise-3x3.js";
import { eachTap, type Geometry } from "./geometry.js";
import { elementsOf, unfilled } from "./heap.js";
import { slide } from "./slide.js";

/** What images give under a depthwise filter. */
export function depthwiseConvolved(
  x: tf.Tensor,
  filter: tf.Tensor,
  geometry: Geometry,
  bias?: tf.Tensor,
): tf.Tensor {
  return slide("FusedDepthwiseConv2D", x, filter, forwards(geometry), bias);
}

/** The gradient of the images. */
export function depthwiseInputGradient(dy: tf.Tensor, filter: tf.Tensor, geometry: Geometry): tf.Tensor {
  const [, , inputs, multiplier] = filter.shape as [number, number, number, number];
  if (multiplier === 1) {
    const turned = tf.reverse(filter, [0, 1]);
    return slide("FusedDepthwiseConv2D", spread(dy, geometry), turned, backwards(geometry));
  }
  const [images, , , outputs] = dy.shape as [number, number, number, number];
  const result = unfilled([images, geometry.inputHeight, geometry.inputWidth, inputs]);
  const [gradient, slopes, weights] = elementsOf(result, dy, filter);
  gradient.fill(0);
  eachTap(images, geometry, (pixel, tap, position) => {
    for (let o = 0; o < outputs; o++)
      gradient[pixel * inputs + Math.floor(o / multiplier)] +=
        slopes[position * outputs + o] * weights[tap * outputs + o];
  });
  return result;
}

/** The gradient of the filter: sums in float64, rounded once. */
export function depthwiseFilterGradient(x: tf.Tensor, dy: tf.Tensor, geometry: Geometry): tf.Tensor {
  const [images, , , inputs] = x.shape as [number, number, number, number];
  const outputs = dy.shape[3] as number;
  const multiplier = outputs / inputs;
  const result = unfilled([geometry.filterHeight, geometry.filterWidth, inputs, multiplier]);
  const [values, slopes, gradient] = elementsOf(x, dy, result);
  if (multiplier === 1 && isPlain3x3(geometry)) {
    depthwise3x3Gradient(values, slopes, inputs, geometry, gradient);
    return result;
  }
  const sums = new Float64Array(gradient.length);
  eachTap(images, geometry, (pixel, tap, position) => {
    for (let o = 0; o < outputs; o++)
      sums[tap * outputs + o] +=
        slopes[position * outputs + o] * values[pixel * inputs + Math.floor(o / multiplier)];
  });
  gradient.set(sums);
  return result;
}

function isPlain3x3({ filterHeight, filterWidth, dilationHeight, dilationWidth }: Geometry): boolean {
  return filterHeight === 3 && filterWidth === 3 && dilationHeight === 1 && dilationWidth === 1;
}
