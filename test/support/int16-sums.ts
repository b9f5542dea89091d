/** Random sums of products of int16 activations and int8 or int16 weights. */
import fc from "fast-check";
import { conv2d, depthwiseConv2d } from "../reference/convolution.js";
import { fullyConnected } from "../reference/fully-connected.js";
import { INT16_LONG_SUMS, INT16_SUMS } from "../reference/tensor.js";
import { transposeConv } from "../reference/transpose-convolution.js";
import {
  activation,
  factor,
  filling,
  int16Output,
  int16Tensor,
  int32Constant,
  integers,
  padding,
  size,
} from "./arbitraries.js";
import type { Experiment, Operand } from "./operator-check.js";
import { filter, weights } from "./weights.js";
import { convolution, fits, kernel } from "./windows.js";

/** The factors keep most outputs inside int16; biases of all sizes that TFLM's 47 bits and ours hold. */
const sums = fc.record({
  scale: factor(-18, -8),
  weights,
  hasWideWeights: fc.boolean(),
  multiplier: fc.oneof(
    { weight: 6, arbitrary: factor(-12, -5) },
    { weight: 1, arbitrary: factor(-1, 2) },
    { weight: 1, arbitrary: factor(-36, -12) },
  ),
  fill: filling,
  bias: fc.record({
    kind: fc.constantFrom("int64", "int64", "int32", "int16", "none"),
    fill: filling,
    bits: fc.oneof({ weight: 3, arbitrary: size(20) }, { weight: 1, arbitrary: size(36) }),
  }),
});

type Sums = typeof sums extends fc.Arbitrary<infer T> ? T : never;

/** What an operator takes, by the types of bias that it knows; others become the first. */
function operands(
  { scale, weights, hasWideWeights, multiplier, fill, bias }: Sums,
  shape: readonly number[],
  weightShape: readonly number[],
  axis: number,
  kinds: readonly string[],
) {
  const input = int16Tensor(shape, scale, fill);
  const filterTensor = hasWideWeights
    ? widened(filter(weightShape, axis, weights))
    : filter(weightShape, axis, weights);
  const outputScale = Math.fround((filterTensor.scales[0] * scale) / multiplier);
  const known = hasWideWeights ? ["int64"] : kinds;
  const kind = bias.kind === "none" || known.includes(bias.kind) ? bias.kind : "int64";
  const bits =
    kind === "int16" ? Math.min(15, bias.bits) : kind === "int32" ? Math.min(20, bias.bits) : bias.bits;
  const values = wide(bias.fill, weightShape[axis], bits);
  const biasTensor =
    kind === "none"
      ? null
      : ({ shape: [values.length], dtype: kind as "int64", values, constant: true } satisfies Operand);
  return {
    input,
    filterTensor,
    biasTensor,
    reference: biasTensor ? { ...biasTensor, scales: [1], zeroPoint: 0 } : undefined,
    output: { scale: outputScale, zeroPoint: 0 },
    sums: kind === "int32" ? INT16_SUMS : INT16_LONG_SUMS,
  };
}

/** int16 weights of all values. */
function widened(tensor: ReturnType<typeof filter>): ReturnType<typeof filter> {
  const scales = tensor.scales.map((scale) => scale / 256);
  const values = tensor.values.map((value, i) =>
    Math.max(-32768, Math.min(32767, value * 258 + ((i * 37) % 256) - 128)),
  );
  return { ...tensor, dtype: "int16", values, scales, quantization: { ...tensor.quantization!, scales } };
}

/** Values of up to 36 bits. */
function wide(fill: Sums["fill"], length: number, bits: number): number[] {
  const low = Math.min(bits, 30);
  return integers(fill, length, 0, -(2 ** low), 2 ** low - 1).map((value) => value * 2 ** (bits - low));
}

const windows = fc
  .record({
    shape: fc.tuple(size(2), size(6), size(6), size(4)),
    kernel,
    outputDepth: size(4),
    attributes: fc.record(convolution),
    sums,
  })
  .filter(({ shape, kernel, attributes }) => fits(shape, kernel, attributes));

export const conv2ds: fc.Arbitrary<Experiment<"CONV_2D">> = windows.map(
  ({ shape, kernel, outputDepth, attributes, sums }) => {
    const weightShape = [outputDepth, ...kernel, shape[3]];
    const it = operands(sums, shape, weightShape, 0, ["int64", "int32"]);
    const result = conv2d(attributes, it.input, it.filterTensor, it.reference, it.output, it.sums);
    return {
      kind: "CONV_2D",
      attributes,
      inputs: [it.input, it.filterTensor, it.biasTensor],
      outputs: [int16Output(result, it.output.scale)],
    };
  },
);

export const depthwiseConv2ds: fc.Arbitrary<Experiment<"DEPTHWISE_CONV_2D">> = windows.map(
  ({ shape, kernel, outputDepth, attributes, sums }) => {
    const depthMultiplier = Math.min(outputDepth, 2);
    const it = operands(sums, shape, [1, ...kernel, shape[3] * depthMultiplier], 3, ["int64"]);
    const all = { ...attributes, depthMultiplier };
    const result = depthwiseConv2d(all, it.input, it.filterTensor, it.reference, it.output, it.sums);
    return {
      kind: "DEPTHWISE_CONV_2D",
      attributes: all,
      inputs: [it.input, it.filterTensor, it.biasTensor],
      outputs: [int16Output(result, it.output.scale)],
    };
  },
);

const dense = fc.record({ rows: size(3), inputDepth: size(30), outputDepth: size(8), activation, sums });

export const denses: fc.Arbitrary<Experiment<"FULLY_CONNECTED">> = dense.map(
  ({ rows, inputDepth, outputDepth, activation, sums }) => {
    const it = operands(sums, [rows, inputDepth], [outputDepth, inputDepth], 0, ["int64", "int32"]);
    const attributes = { activation, keepDims: false };
    const result = fullyConnected(attributes, it.input, it.filterTensor, it.reference, it.output, it.sums);
    return {
      kind: "FULLY_CONNECTED",
      attributes,
      inputs: [it.input, it.filterTensor, it.biasTensor],
      outputs: [int16Output(result, it.output.scale)],
    };
  },
);

export const densesIn32Bits: fc.Arbitrary<Experiment<"FULLY_CONNECTED">> = dense.map((it) => {
  const { rows, inputDepth, outputDepth, activation, sums } = it;
  const bias = { ...sums.bias, kind: "none" as const };
  const made = operands(
    { ...sums, bias, hasWideWeights: false },
    [rows, inputDepth],
    [outputDepth, inputDepth],
    0,
    [],
  );
  const attributes = { activation, keepDims: false, sumType: "int32" as const };
  const { input, filterTensor, output } = made;
  return {
    kind: "FULLY_CONNECTED",
    attributes,
    inputs: [input, filterTensor, null],
    outputs: [
      int16Output(
        fullyConnected(attributes, input, filterTensor, undefined, output, INT16_SUMS),
        output.scale,
      ),
    ],
  };
});

const transposed = fc.record({
  shape: fc.tuple(size(2), size(4), size(4), size(3)),
  kernel,
  outputDepth: size(3),
  outputSize: fc.tuple(size(9), size(9)),
  attributes: fc.record({ strideHeight: size(3), strideWidth: size(3), padding, activation }),
  sums,
});

export const transposeConvs: fc.Arbitrary<Experiment<"TRANSPOSE_CONV">> = transposed.map((it) => {
  const { shape, kernel, outputDepth, outputSize, attributes } = it;
  const made = operands(it.sums, shape, [outputDepth, ...kernel, shape[3]], 0, ["int64", "int16"]);
  const { input, filterTensor, biasTensor, reference, output, sums } = made;
  const outputShape = [shape[0], ...outputSize, outputDepth];
  return {
    kind: "TRANSPOSE_CONV",
    attributes,
    inputs: [int32Constant(outputShape), filterTensor, input, biasTensor],
    outputs: [
      int16Output(
        transposeConv(attributes, outputShape, filterTensor, input, reference, output, sums),
        output.scale,
      ),
    ],
  };
});
