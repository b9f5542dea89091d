/** Comparisons as float32 masks of 1 and 0: TensorFlow.js's kernels for bool take many times as long as these. */
import * as tf from "@tensorflow/tfjs-core";

/** 1 where a > b. */
export function greater(a: tf.Tensor | number, b: tf.Tensor | number): tf.Tensor {
  return tf.step(b === 0 ? (a as tf.Tensor) : tf.sub(a, b));
}

/** 1 where a ≥ b. */
export function atLeast(a: tf.Tensor | number, b: tf.Tensor | number): tf.Tensor {
  return tf.sub(1, greater(b, a));
}
