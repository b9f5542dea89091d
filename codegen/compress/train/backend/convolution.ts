/**
 * Convolutions and their gradients, which are convolutions themselves: WebAssembly is fast at those. Images are NHWC, filters HWIO;
 * the same three functions make a transposed convolution, in other roles.
 */
import * as tf from "@tensorflow/tfjs-core";
import { covered, type Geometry, reached } from "./geometry.js";
import { dilated } from "./images.js";
import { type Sliding, slide } from "./slide.js";

/** What images give under a filter. */
export function convolved(x: tf.Tensor, filter: tf.Tensor, geometry: Geometry, bias?: tf.Tensor): tf.Tensor {
  return slide("FusedConv2D", x, filter, forwards(geometry), bias);
}

/** The gradient of the images: that of the output, spread over the image, under the turned filter. */
export function inputGradient(
  dy: tf.Tensor,
  filter: tf.Tensor,
  geometry: Geometry,
  bias?: tf.Tensor,
): tf.Tensor {
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return slide("FusedConv2D", spread(dy, geometry), turned, backwards(geometry), bias);
}

/** The gradient of the filter: images under the output's gradient, with samples as channels. */
export function filterGradient(x: tf.Tensor, dy: tf.Tensor, geometry: Geometry): tf.Tensor {
  if (isPointwise(geometry)) return pointwiseFilterGradient(x, dy);
  const images = tf.transpose(x, [3, 1, 2, 0]);
  const taps = tf.transpose(dy, [1, 2, 0, 3]);
  const { strides, dilations, ...frame } = forwards(geometry);
  const sums = slide("FusedConv2D", images, taps, { ...frame, strides: dilations, dilations: strides });
  return tf.transpose(sums, [1, 2, 0, 3]);
}

/** How a filter moves over images. */
export function forwards(geometry: Geometry): Sliding {
  return {
    before: [geometry.padTop, geometry.padLeft],
    size: reached(geometry),
    strides: [geometry.strideHeight, geometry.strideWidth],
    dilations: [geometry.dilationHeight, geometry.dilationWidth],
  };
}

/** How the turned filter moves over the spread gradient. */
export function backwards(geometry: Geometry): Sliding {
  const [height, width] = covered(geometry);
  return {
    before: [height - 1 - geometry.padTop, width - 1 - geometry.padLeft],
    size: [geometry.inputHeight + height - 1, geometry.inputWidth + width - 1],
    strides: [1, 1],
    dilations: [geometry.dilationHeight, geometry.dilationWidth],
  };
}

/** The gradient of an output with zeros for the positions that strides pass over. */
export function spread(dy: tf.Tensor, { strideHeight, strideWidth }: Geometry): tf.Tensor {
  return dilated(dy, strideHeight, strideWidth);
}

/** Whether a convolution multiplies the channels of each position by a matrix. */
function isPointwise(geometry: Geometry): boolean {
  const { inputHeight, inputWidth, outputHeight, outputWidth, padTop, padLeft } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = geometry;
  const covering = inputHeight === outputHeight && inputWidth === outputWidth && padTop + padLeft === 0;
  return covering && [filterHeight, filterWidth, strideHeight, strideWidth].every((size) => size === 1);
}

function pointwiseFilterGradient(x: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const [inputs, outputs] = [x.shape[3]!, dy.shape[3]!];
  const columns = tf.transpose(tf.reshape(x, [-1, inputs]));
  return tf.reshape(tf.matMul(columns, tf.reshape(dy, [-1, outputs])), [1, 1, inputs, outputs]);
}
