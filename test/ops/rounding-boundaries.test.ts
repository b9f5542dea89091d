/**
 * Scales that put results next to a half, where the last bit of a multiplier decides: random scales hardly ever tell a
 * product of float32 from one of double, and TFLM uses both.
 */
import fc from "fast-check";
import { leakyRelu, relu, relu6 } from "../reference/activation.js";
import { affineQuantize, requantize } from "../reference/conversion.js";
import { conv2d, depthwiseConv2d } from "../reference/convolution.js";
import { add, mul, sub } from "../reference/elementwise.js";
import { quantizeMultiplier } from "../reference/fixed-point.js";
import { fullyConnected } from "../reference/fully-connected.js";
import { mean } from "../reference/reduction.js";
import { INT8, type ReferenceTensor } from "../reference/tensor.js";
import { factor, int8Output, int8Tensor, int32Constant, size, zeroPoint } from "../support/arbitraries.js";
import { perTensor } from "../support/graph-builder.js";
import { checkOperator, type Operand } from "../support/operator-check.js";

const ALL_INT8 = Array.from({ length: 256 }, (_, i) => i - 128);

/** A factor that takes the integer `x` to a half. */
const tie = (x: number, half: number): number => (half + 0.5) / x;

const half = fc.nat(100);
const scale = factor(-12, 2);

/** Every int8 value, and an output scale at which `reach` of them falls on a half. */
const ties = fc.record({ scale, zeroPoint, outputZeroPoint: zeroPoint, reach: size(255), half });

function allValues({ scale, zeroPoint }: { scale: number; zeroPoint: number }) {
  return { ...int8Tensor([256], { scale, zeroPoint }, { kind: "random", seed: 1 }), values: ALL_INT8 };
}

/** A constant with one element. */
const scalar = (scale: number, zeroPoint: number, value: number) => ({
  ...int8Tensor([1], { scale, zeroPoint }, { kind: "random", seed: 1 }, true),
  values: [value],
});

checkOperator("RELU on halves", 1000, ties, ({ reach, half, outputZeroPoint, ...it }) => {
  const input = allValues(it);
  const output = { scale: Math.fround(it.scale / tie(reach, half)), zeroPoint: outputZeroPoint };
  return {
    kind: "RELU",
    attributes: {},
    inputs: [input],
    outputs: [int8Output(relu(input, output), output)],
  };
});

checkOperator("RELU6 on halves", 300, ties, ({ half, zeroPoint }) => {
  const quantization = { scale: Math.fround(6 / (half + 0.5)), zeroPoint };
  const input = allValues(quantization);
  return {
    kind: "RELU6",
    attributes: {},
    inputs: [input],
    outputs: [int8Output(relu6(input), quantization)],
  };
});

checkOperator(
  "LEAKY_RELU on halves",
  1000,
  fc.record({ ties, alpha: factor(-8, 0) }),
  ({ ties: { reach, half, outputZeroPoint, ...it }, alpha }) => {
    const input = allValues(it);
    const output = {
      scale: Math.fround((it.scale * alpha) / tie(reach, half)),
      zeroPoint: outputZeroPoint,
    };
    return {
      kind: "LEAKY_RELU",
      attributes: { alpha },
      inputs: [input],
      outputs: [int8Output(leakyRelu({ alpha }, input, output), output)],
    };
  },
);

checkOperator("QUANTIZE of int8 on halves", 1000, ties, ({ reach, half, outputZeroPoint, ...it }) => {
  const input = allValues(it);
  const output = { scale: Math.fround(it.scale / tie(reach, half)), zeroPoint: outputZeroPoint };
  return {
    kind: "QUANTIZE",
    attributes: {},
    inputs: [input],
    outputs: [int8Output(requantize(input, output, INT8), output)],
  };
});

checkOperator("QUANTIZE of float32 on halves", 1000, ties, ({ scale, outputZeroPoint }) => {
  const values = ALL_INT8.map((n) => Math.fround((n + 0.5) * scale));
  const input: Operand = { shape: [256], dtype: "float32", values };
  const output = { scale, zeroPoint: outputZeroPoint };
  const result = affineQuantize({ ...input, scales: [1], zeroPoint: 0 }, output, INT8);
  return { kind: "QUANTIZE", attributes: {}, inputs: [input], outputs: [int8Output(result, output)] };
});

const meanTies = fc.record({ ties, count: size(8) });

checkOperator(
  "MEAN on halves",
  1000,
  meanTies,
  ({ ties: { reach, half, outputZeroPoint, ...it }, count }) => {
    const input = {
      ...allValues(it),
      shape: [256, count],
      values: ALL_INT8.flatMap((value) => Array<number>(count).fill(value)),
    };
    const output = { scale: Math.fround(it.scale / tie(reach, half)), zeroPoint: outputZeroPoint };
    return {
      kind: "MEAN",
      attributes: { keepDims: false },
      inputs: [input, int32Constant([1])],
      outputs: [int8Output(mean({ keepDims: false }, input, [1], output), output)],
    };
  },
);

/** A second operand of one element: `second` more or less than its zero point. */
const pairs = fc.record({ ties, scale2: scale, second: size(127, -127) });

for (const [kind, reference] of [
  ["ADD", add],
  ["SUB", sub],
] as const)
  checkOperator(
    `${kind} on halves`,
    1500,
    pairs,
    ({ ties: { reach, half, outputZeroPoint, ...it }, second }) => {
      const input = allValues(it);
      const other = scalar(it.scale, 0, second);
      const output = { scale: Math.fround(it.scale / tie(reach, half)), zeroPoint: outputZeroPoint };
      const attributes = { activation: "NONE" } as const;
      return {
        kind,
        attributes,
        inputs: [input, other],
        outputs: [int8Output(reference(attributes, input, other, output), output)],
      };
    },
  );

checkOperator(
  "MUL on halves",
  1500,
  pairs,
  ({ ties: { reach, half, outputZeroPoint, ...it }, scale2, second }) => {
    const input = allValues(it);
    const other = scalar(scale2, 0, second);
    const factor = tie(reach * Math.max(1, Math.abs(second)), half);
    const output = { scale: Math.fround((it.scale * scale2) / factor), zeroPoint: outputZeroPoint };
    const attributes = { activation: "NONE" } as const;
    return {
      kind: "MUL",
      attributes,
      inputs: [input, other],
      outputs: [int8Output(mul(attributes, input, other, output), output)],
    };
  },
);

/** Convolutions and dense layers whose weights are 0: biases alone make the sums, on both sides of a rounding. */
const sums = fc.record({
  scale,
  weightScale: factor(-14, -2),
  perChannel: fc.boolean(),
  multiplier: factor(-22, -14),
  outputZeroPoint: zeroPoint,
  halves: fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 4, maxLength: 4 }),
});

type Sums = typeof sums extends fc.Arbitrary<infer T> ? T : never;

const OFFSETS = [-3, -2, -1, 0, 1, 2];

/** Input, weights of zeros, and biases next to where each channel's output steps. */
function sumsOf(it: Sums, inputShape: readonly number[], shapeOf: (depth: number) => number[], axis: number) {
  const { scale, weightScale, perChannel, multiplier, outputZeroPoint, halves } = it;
  const depth = halves.length * OFFSETS.length;
  const input = int8Tensor(inputShape, { scale, zeroPoint: 0 }, { kind: "zeroPoint", seed: 1 });
  const scales = perChannel
    ? Array.from({ length: depth }, (_, i) => Math.fround(weightScale * (1 + i / 7)))
    : [weightScale];
  const shape = shapeOf(depth);
  const filter: Operand & ReferenceTensor = {
    shape,
    dtype: "int8",
    values: Array<number>(shape.reduce((product, n) => product * n, 1)).fill(0),
    quantization: { scales, zeroPoints: scales.map(() => 0), axis },
    scales,
    zeroPoint: 0,
    constant: true,
  };
  const output = { scale: Math.fround((scale * weightScale) / multiplier), zeroPoint: outputZeroPoint };
  const values = Array.from({ length: depth }, (_, channel) => {
    const exact = quantizeMultiplier((scale * (scales[channel] ?? weightScale)) / output.scale);
    const step = Number(exact.multiplier) * 2 ** (Number(exact.shift) - 31);
    const boundary = (halves[Math.floor(channel / OFFSETS.length)] + 0.5) / step;
    return Math.round(boundary) + OFFSETS[channel % OFFSETS.length];
  });
  const biasScales = scales.map((weight) => Math.fround(scale * weight));
  const bias: Operand & ReferenceTensor = {
    shape: [depth],
    dtype: "int32",
    values,
    quantization:
      biasScales.length === 1
        ? perTensor(biasScales[0], 0)
        : { scales: biasScales, zeroPoints: biasScales.map(() => 0), axis: 0 },
    scales: biasScales,
    zeroPoint: 0,
    constant: true,
  };
  return { input, filter, bias, output };
}

checkOperator("FULLY_CONNECTED on halves", 1500, sums, (it) => {
  const { input, filter, bias, output } = sumsOf(it, [1, 1], (depth) => [depth, 1], 0);
  const attributes = { activation: "NONE", keepDims: false } as const;
  return {
    kind: "FULLY_CONNECTED",
    attributes,
    inputs: [input, filter, bias],
    outputs: [int8Output(fullyConnected(attributes, input, filter, bias, output), output)],
  };
});

const WINDOW = {
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  padding: "VALID",
  activation: "NONE",
} as const;

checkOperator("CONV_2D on halves", 1500, sums, (it) => {
  const { input, filter, bias, output } = sumsOf(it, [1, 1, 1, 1], (depth) => [depth, 1, 1, 1], 0);
  return {
    kind: "CONV_2D",
    attributes: WINDOW,
    inputs: [input, filter, bias],
    outputs: [int8Output(conv2d(WINDOW, input, filter, bias, output), output)],
  };
});

checkOperator("DEPTHWISE_CONV_2D on halves", 1500, sums, (it) => {
  const { input, filter, bias, output } = sumsOf(it, [1, 1, 1, 1], (depth) => [1, 1, 1, depth], 3);
  const attributes = { ...WINDOW, depthMultiplier: filter.shape[3] };
  return {
    kind: "DEPTHWISE_CONV_2D",
    attributes,
    inputs: [input, filter, bias],
    outputs: [int8Output(depthwiseConv2d(attributes, input, filter, bias, output), output)],
  };
});
