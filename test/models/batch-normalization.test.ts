/** Our layer of batch normalization against TensorFlow.js's own. */
import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
import { useWasm } from "../../codegen/compress/train/backend/wasm.js";
import { BatchNormalization } from "../../models/support/batch-normalization.js";
import { expectAlike, numbers, on } from "../compress/train/backend/both.js";

beforeAll(useWasm);

/** Gradients by the input and by gamma and beta of TensorFlow.js's layer or ours, and what both give once trained. */
function results(layer: tf.layers.Layer): tf.Tensor[] {
  const x = numbers([4, 3, 5, 6], 3);
  const weigh = numbers([4, 3, 5, 6], 4);
  const run = (input: tf.Tensor, training: boolean) => layer.apply(input, { training }) as tf.Tensor;
  run(x, true);
  const [, , mean, variance] = layer.getWeights();
  layer.setWeights([numbers([6], 5), numbers([6], 6), mean, variance]);
  const loss = (input: tf.Tensor) => tf.sum(tf.mul(weigh, tf.square(run(input, true))));
  const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const { grads } = tf.variableGrads(() => loss(x) as tf.Scalar, weights);
  return [tf.grad(loss)(x), ...weights.map(({ name }) => grads[name]), run(x, false)];
}

it("has the gradients of TensorFlow.js's own, and its moving averages", async () => {
  const found = await on("wasm", () => results(new BatchNormalization({})));
  const expected = await on("cpu", () => results(tf.layers.batchNormalization({ momentum: 0.95 })));
  expectAlike(found, expected);
});

it("is an affine function once training is over", async () => {
  await tf.setBackend("wasm");
  const layer = new BatchNormalization({});
  const x = numbers([4, 6], 1);
  layer.apply(x, { training: true });
  const { factor, addend } = layer.affine();
  const found = Array.from((layer.apply(x, { training: false }) as tf.Tensor).dataSync());
  expectAlike([found], [Array.from(x.dataSync(), (value, i) => value * factor[i % 6] + addend[i % 6])]);
  expect(found.length).toBe(24);
});
