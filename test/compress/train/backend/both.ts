/** The same computation on TensorFlow.js's own CPU backend. */
import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";

/** The same numbers on every backend. */
export function numbers(shape: number[], seed: number): tf.Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(
    Float32Array.from({ length }, (_, i) => Math.sin(seed + i * (1 + seed / 7))),
    shape,
  );
}

/** What a function gives on one backend, by the values of tensors. */
export async function on(backend: "wasm" | "cpu", compute: () => tf.Tensor[]): Promise<number[][]> {
  await tf.setBackend(backend);
  return compute().map((tensor) => Array.from(tensor.dataSync()));
}

/** Expects the same numbers to float32 rounding. */
export function expectAlike(found: number[][], expected: number[][]): void {
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [i, values] of found.entries())
    for (const [j, value] of values.entries())
      expect(Math.abs(value - expected[i][j])).toBeLessThan(1e-4 * (1 + Math.abs(expected[i][j])));
}
