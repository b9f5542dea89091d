import * as tf from "@tensorflow/tfjs-core";
import { elementsOf, unfilled } from "./heap.js";

/**
 * The sum of each channel of NHWC images: of each image by the backend's average pool, the quickest sum that it has, and of those in
 * float64.
 */
export function channelSums(x: tf.Tensor): tf.Tensor {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const means = height * width === 1 ? x : tf.avgPool(x as tf.Tensor4D, [height, width], 1, "valid");
  const result = unfilled([channels]);
  const [values, rounded] = elementsOf(means, result);
  const sums = new Float64Array(channels);
  for (let at = 0; at < values.length; at += channels)
    for (let c = 0; c < channels; c++) sums[c] += values[at + c];
  for (let c = 0; c < channels; c++) rounded[c] = height * width * sums[c];
  return result;
}
