/** Gradients that TensorFlow.js's core lacks on Node, against differences. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasm } from "../../../../codegen/compress/train/backend/wasm.js";

beforeAll(useWasm);

const STEP = 2 ** -7;

/** Of these magnitudes no value is near 0 or 1, where some functions bend. */
const numbers = (length: number, seed: number) =>
  Float32Array.from(
    { length },
    (_, i) => (i % 2 ? 1 : -1) * (0.25 + ((seed * 7 + i * 5) % 11) / 20) + seed / 8,
  );

/** Compares the gradient of each operand of a function with that of a weighted sum of what it gives. */
function expectGradients(
  shapes: readonly number[][],
  compute: (...operands: tf.Tensor[]) => tf.Tensor,
  positive = false,
): void {
  tf.tidy(() => {
    const values = shapes.map((shape, i) => {
      const all = numbers(tf.util.sizeFromShape(shape), i + 1);
      return positive ? all.map((x) => Math.abs(x) + 0.5) : all;
    });
    const tensors = (all: readonly Float32Array[]) => all.map((it, i) => tf.tensor(it, shapes[i]));
    const loss = (...operands: tf.Tensor[]) => {
      const output = compute(...operands);
      return tf.sum(tf.mul(output, tf.tensor(numbers(output.size, 5), output.shape)));
    };
    const found = tf.grads(loss)(tensors(values));
    for (const [i, gradient] of found.entries()) {
      expect(gradient.shape).toEqual(shapes[i]);
      for (const [at, slope] of gradient.dataSync().entries()) {
        const at2 = (step: number) => {
          const moved = values.with(i, values[i].with(at, values[i][at] + step));
          return loss(...tensors(moved)).dataSync()[0];
        };
        expect(slope).toBeCloseTo((at2(STEP) - at2(-STEP)) / (2 * STEP), 2);
      }
    }
  });
}

it("products of matrices", () => {
  expectGradients(
    [
      [2, 3],
      [3, 4],
    ],
    (a, b) => tf.matMul(a, b),
  );
});

describe("two operands, which broadcast", () => {
  it.each([
    ["add", tf.add],
    ["sub", tf.sub],
    ["mul", tf.mul],
    ["squaredDifference", tf.squaredDifference],
    ["maximum", tf.maximum],
    ["minimum", tf.minimum],
  ])("%s", (_, compute) => {
    for (const shapes of [
      [
        [2, 3],
        [2, 3],
      ],
      [[2, 3], [3]],
      [
        [2, 1],
        [4, 1, 3],
      ],
      [[], [2]],
    ])
      expectGradients(shapes, compute);
  });

  it("div", () => {
    for (const shapes of [
      [[2, 3], [3]],
      [
        [2, 1],
        [4, 1, 3],
      ],
    ])
      expectGradients(shapes, tf.div, true);
  });

  it("equals: the first has all of the gradient", () => {
    const [a, b] = tf.grads((a, b) => tf.maximum(a, b))([tf.scalar(2), tf.scalar(2)]);
    expect([a.dataSync()[0], b.dataSync()[0]]).toEqual([1, 0]);
  });
});

describe("one operand", () => {
  const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    neg: tf.neg,
    abs: tf.abs,
    square: tf.square,
    exp: tf.exp,
    clone: tf.clone,
    clipByValue: (x) => tf.clipByValue(x, -0.45, 0.5),
    "sum of some axes": (x) => tf.sum(x, [-1, 0]),
    "sum of all": (x) => tf.sum(x),
    mean: (x) => tf.mean(x, 1, true),
    reshape: (x) => tf.reshape(x, [4, 6]),
    transpose: (x) => tf.transpose(x, [1, 2, 0]),
    "steps, which hand nothing back": (x) => tf.add(x, tf.add(tf.step(tf.sub(x, 0.5)), tf.round(x))),
    softmax: (x) => tf.softmax(x),
    logSoftmax: (x) => tf.logSoftmax(x),
    where: (x) => tf.where(tf.greater(x, 0.1), tf.mul(x, 3), tf.square(x)),
  };

  it.each(Object.entries(functions))("%s", (_, compute) => {
    expectGradients([[2, 3, 4]], compute);
  });

  it("sqrt and log", () => {
    expectGradients([[2, 3]], tf.sqrt, true);
    expectGradients([[2, 3]], tf.log, true);
  });
});

it("a value and what it is handed on as have gradients of their own", () => {
  const x = tf.tensor1d([1, 2]);
  const [first, second] = tf.grads((x, y) => tf.add(tf.clone(x), tf.mul(x, y)))([x, tf.tensor1d([5, 7])]);
  expect([...first.dataSync(), ...second.dataSync()]).toEqual([6, 8, 1, 2]);
});
