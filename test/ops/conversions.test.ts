import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { affineQuantize, dequantize, requantize } from "../reference/conversion.js";
import { INT8, UINT8 } from "../reference/tensor.js";
import { factor, filling, integers, real, scale, size, zeroPoint } from "../support/arbitraries.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";
import { checkOperator, type Operand } from "../support/operator-check.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const RANGES = { int8: INT8, uint8: UINT8 } as const;
type Byte = keyof typeof RANGES;
const bytes = fc.constantFrom<Byte>("int8", "uint8");

/** An int8 zero point as the same place in another type's range. */
const zeroPointOf = (type: Byte, zeroPoint: number): number => zeroPoint + (type === "uint8" ? 128 : 0);

const shape = fc.array(size(4), { minLength: 1, maxLength: 4 });
const count = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Reals as multiples of the output scale: near halves, exact halves, tiny, and far beyond the range. */
const steps = fc.oneof(
  real(-300, 300),
  fc.integer({ min: -260, max: 260 }).map((n) => n + 0.5),
  real(-1, 1),
  real(-1e6, 1e6),
);

const floats = fc.record({
  type: bytes,
  scale,
  zeroPoint,
  steps: fc.array(steps, { minLength: 1, maxLength: 40 }),
});

checkOperator("QUANTIZE of float32", 1000, floats, ({ type, scale, zeroPoint, steps }) => {
  const output = { scale, zeroPoint: zeroPointOf(type, zeroPoint) };
  const values = steps.map((step) => Math.fround(step * scale));
  const input: Operand = { shape: [values.length], dtype: "float32", values };
  const result = affineQuantize({ ...input, scales: [1], zeroPoint: 0 }, output, RANGES[type]);
  return {
    kind: "QUANTIZE",
    attributes: {},
    inputs: [input],
    outputs: [{ dtype: type, quantization: perTensor(output.scale, output.zeroPoint), result }],
  };
});

/** TFLM requantizes bytes to int8, and int8 to uint8. */
const types = fc.constantFrom<readonly [from: Byte, to: Byte]>(
  ["int8", "int8"],
  ["int8", "uint8"],
  ["uint8", "int8"],
);

const pairs = fc.record({
  shape,
  types,
  from: fc.record({ scale, zeroPoint }),
  to: fc.record({
    ratio: fc.oneof(fc.constant(1), factor(-3, 3), factor(-34, 10)),
    zeroPoint,
  }),
  sameZeroPoint: fc.boolean(),
  fill: filling,
});

checkOperator(
  "QUANTIZE of int8 and uint8",
  1500,
  pairs,
  ({ shape, types, from, to, sameZeroPoint, fill }) => {
    const [fromType, toType] = types;
    const { min, max } = RANGES[fromType];
    const fromZero = zeroPointOf(fromType, from.zeroPoint);
    const values = integers(fill, count(shape), fromZero, min, max);
    const input: Operand = {
      shape,
      dtype: fromType,
      quantization: perTensor(from.scale, fromZero),
      values,
    };
    const output = {
      scale: Math.fround(from.scale / to.ratio),
      zeroPoint: zeroPointOf(toType, sameZeroPoint ? from.zeroPoint : to.zeroPoint),
    };
    const result = requantize(
      { ...input, scales: [from.scale], zeroPoint: fromZero },
      output,
      RANGES[toType],
    );
    return {
      kind: "QUANTIZE",
      attributes: {},
      inputs: [input],
      outputs: [{ dtype: toType, quantization: perTensor(output.scale, output.zeroPoint), result }],
    };
  },
);

const dequantized = fc.record({ shape, type: bytes, scale, zeroPoint, fill: filling });

checkOperator("DEQUANTIZE", 500, dequantized, ({ shape, type, scale, zeroPoint, fill }) => {
  const { min, max } = RANGES[type];
  const zero = zeroPointOf(type, zeroPoint);
  const values = integers(fill, count(shape), zero, min, max);
  const input: Operand = { shape, dtype: type, quantization: perTensor(scale, zero), values };
  return {
    kind: "DEQUANTIZE",
    attributes: {},
    inputs: [input],
    outputs: [{ dtype: "float32", result: dequantize({ ...input, scales: [scale], zeroPoint: zero }) }],
  };
});

test("QUANTIZE of what is no number: infinities saturate, NaN gives 0", () => {
  const graph = singleOpGraph(
    "QUANTIZE",
    {},
    [{ shape: [3], dtype: "float32" }],
    [{ shape: [3], dtype: "int8", quantization: perTensor(0.5, 7) }],
  );
  const network = instantiate(plan(graph));
  network.input.set([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN]);
  expect([...network.run()]).toEqual([-128, 127, 0]);
});
