import type * as tf from "@tensorflow/tfjs-core";
import { elementsOf, unfilled } from "./heap.js";

/** The sum of each index of the last dimension over all others, in float64 and rounded once. */
export function channelSums(x: tf.Tensor): tf.Tensor {
  const channels = x.shape.at(-1)!;
  const result = unfilled([channels]);
  const [values, rounded] = elementsOf(x, result);
  const sums = new Float64Array(channels);
  for (let at = 0; at < values.length; at += channels)
    for (let c = 0; c < channels; c++) sums[c] += values[at + c];
  rounded.set(sums);
  return result;
}
