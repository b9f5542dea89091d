/** What is computed is rounded as `quantize` rounds, and what flows back is as if it were not. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import type { WeightFormat } from "../../../codegen/compress/quantize/formats.js";
import { typeFor } from "../../../codegen/compress/quantize/types.js";
import { float8Row, quantizeRow } from "../../../codegen/compress/quantize/weights.js";
import { useWasm } from "../../../codegen/compress/train/backend/wasm.js";
import {
  fakeQuantizeActivation,
  fakeQuantizeWeights,
} from "../../../codegen/compress/train/fake-quantize.js";
import { straightThrough } from "../../../codegen/compress/train/straight-through.js";
import { FloatGraph } from "../../support/float-graph.js";

beforeAll(useWasm);

/** Values of an operation, and the gradient of its sum weighted by 1, 2, 3… */
function both(values: readonly number[], operation: (x: tf.Tensor) => tf.Tensor) {
  return tf.tidy(() => {
    const x = tf.tensor1d(values as number[]);
    const weights = tf.tensor1d(values.map((_, i) => i + 1));
    const [gradient] = [tf.grad((it) => tf.sum(tf.mul(operation(it), weights)))(x)];
    return { found: [...operation(x).dataSync()], gradient: [...gradient.dataSync()] };
  });
}

it("rounds forwards and is the identity backwards", () => {
  const round = (values: Float32Array) => values.map(Math.round);
  expect(both([0.4, 1.6, -2.7], (x) => straightThrough(x, round))).toEqual({
    found: [0, 2, -3],
    gradient: [1, 2, 3],
  });
});

it("clamps activations to their range, beyond which nothing flows back", () => {
  const type = { format: "int8", scale: 0.5, zeroPoint: -28 } as const;
  // From (−128 + 28) · 0.5 = −50 to (127 + 28) · 0.5 = 77.5.
  const { found, gradient } = both([-51, -50, 0.2, 0.3, 77.5, 78], (x) => fakeQuantizeActivation(x, type));
  expect(found).toEqual([-50, -50, 0, 0.5, 77.5, 77.5]);
  expect(gradient).toEqual([0, 2, 3, 4, 5, 0]);
});

it("lets gradients pass the coarse steps of 8-bit floats", () => {
  const type = typeFor({ min: 0, max: 448 }, "float8e4m3");
  const { found, gradient } = both([430, 400, 1.01, 449], (x) => fakeQuantizeActivation(x, type));
  expect(found).toEqual([416, 384, 1, 448]);
  expect(gradient).toEqual([1, 2, 3, 0]);
});

it.each<WeightFormat>(["int8", "int4", "ternary", "binary", "int16", "float8e4m3"])(
  "gives weights of %s the values that quantize gives them",
  (format) => {
    const values = [...new FloatGraph(3).random(12)];
    const channels = [Int32Array.of(0, 2, 4, 6, 8, 10), Int32Array.of(1, 3, 5, 7, 9, 11)];
    const { found, gradient } = both(values, (x) => fakeQuantizeWeights(x, format, channels));
    expect(gradient).toEqual(values.map((_, i) => i + 1));
    for (const indexes of channels) {
      const row = Float64Array.from(indexes, (i) => Math.fround(values[i]));
      const { scale, values: wanted } =
        format === "float8e4m3" ? float8Row(row, format, 0) : quantizeRow(row, format as "int8", 0);
      expect([...indexes].map((i) => found[i])).toEqual(Array.from(wanted, (it) => Math.fround(it * scale)));
    }
  },
);
