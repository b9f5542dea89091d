/** Losses against their formulas, and their gradients against differences of them. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasm } from "../../../codegen/compress/train/backend/wasm.js";
import { crossEntropy, distillation, squaredError } from "../../../codegen/compress/train/losses.js";

beforeAll(useWasm);

const LOGITS = [
  [1, -0.5, 2],
  [0.3, 0.1, -1],
];
const TEACHER = [
  [2, 0, 1],
  [-1, 1.5, 0.5],
];
const LABELS = [2, 0];

function softmax(row: readonly number[], temperature = 1): number[] {
  const exps = row.map((it) => Math.exp(it / temperature));
  const sum = exps.reduce((a, b) => a + b);
  return exps.map((it) => it / sum);
}

/** Hinton's soft targets: T² times the Kullback-Leibler divergence at temperature T. */
function soft(temperature: number, logits: readonly (readonly number[])[] = LOGITS): number {
  const rows = logits.map((row, i) => {
    const [p, q] = [softmax(TEACHER[i], temperature), softmax(row, temperature)];
    return p.reduce((sum, it, k) => sum + it * Math.log(it / q[k]), 0);
  });
  return (temperature ** 2 * (rows[0] + rows[1])) / 2;
}

function hard(logits: readonly (readonly number[])[] = LOGITS): number {
  return -(Math.log(softmax(logits[0])[LABELS[0]]) + Math.log(softmax(logits[1])[LABELS[1]])) / 2;
}

function squares(logits: readonly (readonly number[])[] = LOGITS): number {
  return logits.flat().reduce((sum, it, i) => sum + (it - TEACHER.flat()[i]) ** 2, 0) / 6;
}

type Formula = (logits?: readonly (readonly number[])[]) => number;

describe.each<[string, (x: tf.Tensor) => tf.Scalar, Formula]>([
  ["cross-entropy", (x) => crossEntropy(x, LABELS), hard],
  ["distillation at 1", (x) => distillation(x, tf.tensor(TEACHER), 1), (it) => soft(1, it)],
  ["distillation at 4", (x) => distillation(x, tf.tensor(TEACHER), 4), (it) => soft(4, it)],
  ["squared error", (x) => squaredError(x, tf.tensor(TEACHER)), squares],
])("%s", (_, loss, formula) => {
  it("is what its formula says", () => {
    const found = tf.tidy(() => loss(tf.tensor(LOGITS)).dataSync()[0]);
    expect(found).toBeCloseTo(formula(), 5);
  });

  it("has the gradient that differences have", () => {
    const gradient = tf.tidy(() =>
      tf
        .grad((x) => loss(x))(tf.tensor(LOGITS))
        .dataSync(),
    );
    LOGITS.flat().forEach((_, k) => {
      const moved = (by: number) =>
        LOGITS.map((row, i) => row.map((it, j) => it + (3 * i + j === k ? by : 0)));
      const wanted = (formula(moved(1e-4)) - formula(moved(-1e-4))) / 2e-4;
      expect(gradient[k]).toBeCloseTo(wanted, 5);
    });
  });
});

it("is 0 where a student answers as its teacher does", () => {
  const found = tf.tidy(() => distillation(tf.tensor(TEACHER), tf.tensor(TEACHER), 3).dataSync()[0]);
  expect(found).toBeCloseTo(0, 6);
});

it("has gradients of one size whatever the temperature: T² is for that", () => {
  const size = (temperature: number) =>
    tf.tidy(() => {
      const x = tf.tensor(LOGITS);
      return tf.norm(tf.grad((it) => distillation(it, tf.tensor(TEACHER), temperature))(x)).dataSync()[0];
    });
  expect(size(50) / size(5)).toBeGreaterThan(0.7);
  expect(size(50) / size(5)).toBeLessThan(1.4);
});
