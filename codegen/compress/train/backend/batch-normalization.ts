/**
 * Batch normalization that trains quickly. The gradients of TensorFlow.js's own are put together from two dozen general
 * operators, and take longer than all convolutions; these are four passes over the elements.
 */
import * as tf from "@tensorflow/tfjs-core";
import { addScaled, scaleAndAdd, sumColumns } from "./columns.js";
import { elementsOf, unfilled } from "./heap.js";

/** Of each channel over a batch. */
export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** The moments of each index of the last dimension. */
export function momentsOf(x: tf.Tensor): Moments {
  const [values] = elementsOf(x);
  const channels = x.shape.at(-1)!;
  const { sums, products: squares } = sumColumns(values, values, channels);
  const positions = values.length / channels;
  const mean = sums.map((sum) => sum / positions);
  return { mean, variance: squares.map((square, c) => Math.max(0, square / positions - mean[c] ** 2)) };
}

/**
 * gamma · (x − mean) / √(variance + epsilon) + beta along the last dimension. Gradients take into account that x makes its moments.
 *
 * @param moments those of x
 */
export function normalized(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  { mean, variance }: Moments,
  epsilon: number,
): tf.Tensor {
  const inverse = variance.map((value) => 1 / Math.sqrt(value + epsilon));
  const operation = tf.customGrad((...args) => {
    const [x, gamma, beta, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([x, gamma]);
    const value = unfilled(x.shape);
    const [result, values, factors, addends] = elementsOf(value, x, gamma, beta);
    const scales = inverse.map((it, c) => it * factors[c]);
    const shifts = mean.map((it, c) => addends[c] - it * scales[c]);
    scaleAndAdd(result, values, scales, shifts);
    const gradFunc = (dy: tf.Tensor, [x, gamma]: tf.Tensor[]) => gradients(x, gamma, dy, mean, inverse);
    return { value, gradFunc };
  });
  return operation(x, gamma, beta);
}

/** Gradients of x, gamma and beta. */
function gradients(
  x: tf.Tensor,
  gamma: tf.Tensor,
  dy: tf.Tensor,
  mean: Float64Array,
  inverse: Float64Array,
): tf.Tensor[] {
  const dx = unfilled(x.shape);
  const [result, values, slopes, factors] = elementsOf(dx, x, dy, gamma);
  const { sums, products } = sumColumns(slopes, values, mean.length);
  const positions = values.length / mean.length;
  const scales = inverse.map((value, c) => factors[c] * value);
  const gammas = products.map((product, c) => inverse[c] * (product - mean[c] * sums[c]));
  // dx = scale · (dy − mean(dy) − x̂ · mean(dy · x̂)), written as a sum over dy, x and 1.
  const ofX = gammas.map((value, c) => (-scales[c] * inverse[c] * value) / positions);
  const rest = sums.map((sum, c) => (-scales[c] * sum) / positions - ofX[c] * mean[c]);
  addScaled(result, slopes, scales, values, ofX, rest);
  return [dx, tf.tensor1d(Float32Array.from(gammas)), tf.tensor1d(Float32Array.from(sums))];
}
