/** Operators on int16, element by element. */
import fc from "fast-check";
import { vi } from "vitest";
import { leakyRelu, relu, relu6, softmax } from "../reference/activation.js";
import { affineQuantize, dequantize, requantize } from "../reference/conversion.js";
import { add, maximum, minimum, mul, sub } from "../reference/elementwise.js";
import { logistic16, sigmoidArgument, tanh16 } from "../reference/recurrent.js";
import { averagePool2d, maxPool2d, mean } from "../reference/reduction.js";
import { INT8, INT16, INT32 } from "../reference/tensor.js";
import {
  activation,
  factor,
  filling,
  int8Tensor,
  int16Output,
  int16Tensor,
  int32Constant,
  integers,
  padding,
  real,
  scale,
  size,
  zeroPoint,
} from "../support/arbitraries.js";
import { perTensor } from "../support/graph-builder.js";
import { softmaxes } from "../support/int16-softmax.js";
import { checkOperator, type Operand } from "../support/operator-check.js";
import { fits } from "../support/windows.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const pairs = fc.record({
  shape: fc.array(size(4), { minLength: 1, maxLength: 4 }),
  how: fc.constantFrom("same", "channel", "scalar"),
  constant: fc.constantFrom("neither", "neither", "first", "second"),
  scale: factor(-14, -4),
  ratio: fc.oneof({ weight: 4, arbitrary: factor(-4, 4) }, { weight: 1, arbitrary: factor(-20, 10) }),
  outputRatio: fc.oneof({ weight: 4, arbitrary: factor(-3, 3) }, { weight: 1, arbitrary: factor(-12, 12) }),
  fills: fc.tuple(filling, filling),
  activation,
});

type Pair = typeof pairs extends fc.Arbitrary<infer T> ? T : never;

function operands({ shape, how, constant, scale, ratio, fills }: Pair) {
  const second = how === "same" ? shape : how === "channel" ? shape.slice(-1) : [1];
  return [
    int16Tensor(shape, scale, fills[0], constant === "first"),
    int16Tensor(second, Math.fround(scale * ratio), fills[1], constant === "second"),
  ] as const;
}

for (const [kind, reference] of [
  ["ADD", add],
  ["SUB", sub],
] as const)
  checkOperator(kind, 800, pairs, (it) => {
    const [a, b] = operands(it);
    const output = { scale: Math.fround(Math.max(a.scales[0], b.scales[0]) * it.outputRatio), zeroPoint: 0 };
    const attributes = { activation: it.activation };
    const result = reference(attributes, a, b, output, INT16);
    return { kind, attributes, inputs: [a, b], outputs: [int16Output(result, output.scale)] };
  });

checkOperator("MUL", 800, pairs, (it) => {
  const [a, b] = operands(it);
  const factor = Math.min(0.9, it.outputRatio * 2 ** -13);
  const output = { scale: Math.fround((a.scales[0] * b.scales[0]) / factor), zeroPoint: 0 };
  const attributes = { activation: it.activation };
  const result = mul(attributes, a, b, output, INT16);
  return { kind: "MUL", attributes, inputs: [a, b], outputs: [int16Output(result, output.scale)] };
});

for (const [kind, reference] of [
  ["MAXIMUM", maximum],
  ["MINIMUM", minimum],
] as const)
  checkOperator(kind, 200, pairs, (it) => {
    const [a, b] = operands({ ...it, ratio: 1 });
    return { kind, attributes: {}, inputs: [a, b], outputs: [int16Output(reference(a, b), it.scale)] };
  });

const single = fc.record({
  shape: fc.array(size(5), { minLength: 1, maxLength: 3 }),
  scale: factor(-14, 0),
  ratio: fc.oneof({ weight: 4, arbitrary: factor(-3, 3) }, { weight: 1, arbitrary: factor(-34, 7) }),
  fill: filling,
  alpha: fc.oneof(
    factor(-10, 0),
    fc.constant(0),
    factor(-4, 1).map((alpha) => -alpha),
  ),
});

checkOperator("RELU", 400, single, ({ shape, scale, ratio, fill }) => {
  const input = int16Tensor(shape, scale, fill);
  const output = { scale: Math.fround(scale / ratio), zeroPoint: 0 };
  const result = relu(input, output, INT16);
  return { kind: "RELU", attributes: {}, inputs: [input], outputs: [int16Output(result, output.scale)] };
});

checkOperator("RELU6", 400, single, ({ shape, scale, fill }) => {
  const input = int16Tensor(shape, scale, fill);
  const outputs = [int16Output(relu6(input, INT16), scale)];
  return { kind: "RELU6", attributes: {}, inputs: [input], outputs };
});

checkOperator("LEAKY_RELU", 600, single, ({ shape, scale, ratio, fill, alpha }) => {
  const input = int16Tensor(shape, scale, fill);
  const output = { scale: Math.fround(scale / ratio), zeroPoint: 0 };
  const result = leakyRelu({ alpha }, input, output, INT16);
  const outputs = [int16Output(result, output.scale)];
  return { kind: "LEAKY_RELU", attributes: { alpha }, inputs: [input], outputs };
});

const pools = fc
  .record({
    shape: fc.tuple(size(2), size(7), size(7), size(3)),
    scale: factor(-14, -4),
    fill: filling,
    attributes: fc.record({
      strideHeight: size(3),
      strideWidth: size(3),
      filterHeight: size(5),
      filterWidth: size(5),
      padding,
      activation,
    }),
  })
  .filter(({ shape, attributes }) =>
    fits(shape, [attributes.filterHeight, attributes.filterWidth], attributes),
  );

for (const [kind, reference] of [
  ["AVERAGE_POOL_2D", averagePool2d],
  ["MAX_POOL_2D", maxPool2d],
] as const)
  checkOperator(kind, 300, pools, ({ shape, scale, fill, attributes }) => {
    const input = int16Tensor(shape, scale, fill);
    const result = reference(attributes, input, { scale, zeroPoint: 0 }, INT16);
    return { kind, attributes, inputs: [input], outputs: [int16Output(result, scale)] };
  });

const RANGES = { int8: INT8, int16: INT16, int32: INT32 } as const;
type Integer = keyof typeof RANGES;

/** Conversions that are no function of a byte. */
const conversions = fc.record({
  types: fc.constantFrom<readonly [from: Integer, to: Integer]>(
    ["int8", "int16"],
    ["int8", "int32"],
    ["int16", "int8"],
    ["int16", "int16"],
    ["int16", "int32"],
    ["int32", "int8"],
    ["int32", "int16"],
  ),
  shape: fc.array(size(5), { minLength: 1, maxLength: 3 }),
  scale,
  ratio: fc.oneof(fc.constant(1), factor(-6, 0), factor(-34, 10)),
  zeroPoints: fc.tuple(zeroPoint, zeroPoint),
  fill: filling,
});

checkOperator(
  "QUANTIZE of integers",
  1500,
  conversions,
  ({ types, shape, scale, ratio, zeroPoints, fill }) => {
    const [from, to] = types;
    const zero = (type: Integer, zeroPoint: number) => (type === "int32" ? 0 : zeroPoint);
    const fromZero = zero(from, zeroPoints[0]);
    // Of int32, with most of the bits that the output has.
    const kept = from === "int32" ? Math.min(0.999, ratio * 2 ** -12) : ratio;
    const length = shape.reduce((product, n) => product * n, 1);
    const { min, max } = RANGES[from];
    const values =
      from === "int32"
        ? integers(fill, length, 0, -(2 ** 30), 2 ** 30 - 1).map((value) => 2 * value)
        : integers(fill, length, fromZero, min, max);
    const input: Operand = { shape, dtype: from, quantization: perTensor(scale, fromZero), values };
    const output = { scale: Math.fround(scale / kept), zeroPoint: zero(to, zeroPoints[1]) };
    const result = requantize({ ...input, scales: [scale], zeroPoint: fromZero }, output, RANGES[to]);
    return {
      kind: "QUANTIZE",
      attributes: {},
      inputs: [input],
      outputs: [{ dtype: to, quantization: perTensor(output.scale, output.zeroPoint), result }],
    };
  },
);

const floats = fc.record({
  scale: factor(-14, 0),
  steps: fc.array(
    fc.oneof(
      real(-40_000, 40_000),
      fc.integer({ min: -33_000, max: 33_000 }).map((n) => n + 0.5),
    ),
    { minLength: 1, maxLength: 30 },
  ),
});

checkOperator("QUANTIZE of float32", 400, floats, ({ scale, steps }) => {
  const values = steps.map((step) => Math.fround(step * scale));
  const input: Operand = { shape: [values.length], dtype: "float32", values };
  const result = affineQuantize({ ...input, scales: [1], zeroPoint: 0 }, { scale, zeroPoint: 0 }, INT16);
  return { kind: "QUANTIZE", attributes: {}, inputs: [input], outputs: [int16Output(result, scale)] };
});

checkOperator("DEQUANTIZE", 200, single, ({ shape, scale, fill }) => {
  const input = int16Tensor(shape, scale, fill);
  const outputs = [{ dtype: "float32" as const, result: dequantize(input) }];
  return { kind: "DEQUANTIZE", attributes: {}, inputs: [input], outputs };
});

const rows = fc.record({
  shape: fc.tuple(size(3), size(20)),
  quantization: fc.record({ scale: factor(-8, -1), zeroPoint }),
  beta: fc.oneof(fc.constant(1), factor(-3, 3)),
  fill: filling,
});

checkOperator("SOFTMAX of int8 to int16", 400, rows, ({ shape, quantization, beta, fill }) => {
  const input = int8Tensor(shape, quantization, fill);
  const result = softmax({ beta }, input, { type: INT16, bits: 16n });
  const outputs = [{ dtype: "int16" as const, quantization: perTensor(2 ** -16, -32768), result }];
  return { kind: "SOFTMAX", attributes: { beta }, inputs: [input], outputs };
});

checkOperator("SOFTMAX", 1000, softmaxes, (experiment) => experiment);

const means = fc.record({
  shape: fc.array(size(6), { minLength: 1, maxLength: 4 }),
  axis: fc.nat(3),
  scale: factor(-14, -4),
  multiplier: fc.oneof(factor(-3, 3), fc.constant(1), factor(-33, 6)),
  keepDims: fc.boolean(),
  fill: filling,
});

checkOperator("MEAN", 500, means, ({ shape, axis, scale, multiplier, keepDims, fill }) => {
  const input = int16Tensor(shape, scale, fill);
  const axes = [axis % shape.length, -1];
  const output = { scale: Math.fround(scale / multiplier), zeroPoint: 0 };
  const result = mean({ keepDims }, input, axes, output, INT16);
  const outputs = [int16Output(result, output.scale)];
  return { kind: "MEAN", attributes: { keepDims }, inputs: [input, int32Constant(axes)], outputs };
});

const sigmoids = fc.record({
  shape: fc.array(size(6), { minLength: 1, maxLength: 3 }),
  scale: fc.oneof(fc.constantFrom(2 ** -12, 2 ** -11), factor(-17, 1)),
  fill: filling,
});

for (const [kind, reference, mostPower] of [
  ["LOGISTIC", logistic16, 0],
  ["TANH", tanh16, 1],
] as const)
  checkOperator(kind, 400, sigmoids, ({ shape, scale, fill }) => {
    const input = int16Tensor(shape, scale, fill);
    const values = input.values.map((q) => Number(reference(sigmoidArgument(BigInt(q), scale, mostPower))));
    const outputs = [int16Output({ shape, values }, 2 ** -15)];
    return { kind, attributes: {}, inputs: [input], outputs };
  });
