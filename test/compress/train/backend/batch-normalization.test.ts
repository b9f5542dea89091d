import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
import { momentsOf, normalized } from "../../../../codegen/compress/train/backend/batch-normalization.js";
import { useWasm } from "../../../../codegen/compress/train/backend/wasm.js";
import { expectAlike, numbers, on } from "./both.js";

beforeAll(useWasm);

const EPSILON = 1e-3;

/** The gradients of x, gamma and beta under a normalization. */
function gradients(normalize: (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => tf.Tensor): tf.Tensor[] {
  const weigh = numbers([4, 3, 5, 6], 4);
  return tf.grads((x, gamma, beta) => tf.sum(tf.mul(weigh, tf.square(normalize(x, gamma, beta)))))([
    numbers([4, 3, 5, 6], 3),
    numbers([6], 5),
    numbers([6], 6),
  ]);
}

it("has the gradients of a normalization made of TensorFlow.js's operators", async () => {
  const found = await on("wasm", () =>
    gradients((x, gamma, beta) => normalized(x, gamma, beta, momentsOf(x), EPSILON)),
  );
  const expected = await on("cpu", () =>
    gradients((x, gamma, beta) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.batchNorm(
        x,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        beta as tf.Tensor1D,
        gamma as tf.Tensor1D,
        EPSILON,
      );
    }),
  );
  expectAlike(found, expected);
});

it("takes the moments of each channel", () => {
  tf.setBackend("wasm");
  const { mean, variance } = momentsOf(tf.tensor([1, 10, 3, 20], [2, 2]));
  expect([...mean, ...variance]).toEqual([2, 15, 1, 25]);
});
