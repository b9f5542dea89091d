/** What training on WebAssembly adds to TensorFlow.js, against its own CPU backend. */
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { BatchNormalization } from "../../models/support/batch-normalization.js";
import { useWasm } from "../../models/support/wasm.js";

beforeAll(useWasm);

/** The same numbers on every backend. */
function numbers(shape: number[], seed: number): tf.Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(
    Float32Array.from({ length }, (_, i) => Math.sin(seed + i * (1 + seed / 7))),
    shape,
  );
}

/** What a function gives on both backends. */
async function onBoth(compute: () => number[][]): Promise<[number[][], number[][]]> {
  await tf.setBackend("cpu");
  const expected = compute();
  await tf.setBackend("wasm");
  return [compute(), expected];
}

function expectAlike([found, expected]: [number[][], number[][]]): void {
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [i, values] of found.entries())
    for (const [j, value] of values.entries())
      expect(Math.abs(value - expected[i][j])).toBeLessThan(1e-4 * (1 + Math.abs(expected[i][j])));
}

const listed = (tensors: tf.Tensor[]) => tensors.map((tensor) => Array.from(tensor.dataSync()));

describe("gradients of input and filter", () => {
  const cases = [1, 2].flatMap((stride) =>
    (["same", "valid"] as const).flatMap((pad) => [7, 8].map((size) => ({ stride, pad, size }))),
  );

  it.each(cases)("a depthwise convolution, $pad, stride $stride, of $size", async ({ stride, pad, size }) => {
    const found = await onBoth(() => {
      const gradient = tf.grads((x, w) =>
        tf.sum(tf.square(tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad))),
      );
      return listed(gradient([numbers([2, size, 6, 3], 1), numbers([3, 3, 3, 1], 2)]));
    });
    expectAlike(found);
  });

  it.each(cases)("a convolution, $pad, stride $stride, of $size", async ({ stride, pad, size }) => {
    for (const kernel of [1, 3, 5]) {
      const found = await onBoth(() => {
        const gradient = tf.grads((x, w) =>
          tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad))),
        );
        return listed(gradient([numbers([2, size, 6, 3], 1), numbers([kernel, kernel, 3, 4], 2)]));
      });
      expectAlike(found);
    }
  });
});

describe("batch normalization", () => {
  /** Gradients by the input and by gamma and beta of TensorFlow.js's layer or ours, and what both give once trained. */
  function results(layer: tf.layers.Layer): number[][] {
    const x = numbers([4, 3, 5, 6], 3);
    const weigh = numbers([4, 3, 5, 6], 4);
    const run = (input: tf.Tensor, training: boolean) => layer.apply(input, { training }) as tf.Tensor;
    run(x, true);
    const [, , mean, variance] = layer.getWeights();
    layer.setWeights([numbers([6], 5), numbers([6], 6), mean, variance]);
    const loss = (input: tf.Tensor) => tf.sum(tf.mul(weigh, tf.square(run(input, true))));
    const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { grads } = tf.variableGrads(() => loss(x) as tf.Scalar, weights);
    return listed([tf.grad(loss)(x), ...weights.map(({ name }) => grads[name]), run(x, false)]);
  }

  it("has the gradients of TensorFlow.js's own, and its moving averages", async () => {
    const [found] = await onBoth(() => results(new BatchNormalization({})));
    const [, expected] = await onBoth(() => results(tf.layers.batchNormalization({ momentum: 0.95 })));
    expectAlike([found, expected]);
  });

  it("is an affine function once training is over", () => {
    const layer = new BatchNormalization({});
    const x = numbers([4, 6], 1);
    layer.apply(x, { training: true });
    const { factor, addend } = layer.affine();
    const [found] = listed([layer.apply(x, { training: false }) as tf.Tensor]);
    const expected = Array.from(x.dataSync(), (value, i) => value * factor[i % 6] + addend[i % 6]);
    expectAlike([[found], [expected]]);
  });
});
