/** Random operators on 8-bit floats. */
import fc from "fast-check";
import {
  type Float8Tensor,
  type Format,
  finiteCodes,
  float8Conv2d,
  float8FullyConnected,
  float8Rescale,
} from "../reference/float8.js";
import { activation, factor, filling, integers, size, zeroPoint } from "./arbitraries.js";
import { constantTensor, type Float8Experiment, floatBias } from "./float8-check.js";
import { convolution, fits, kernel } from "./windows.js";

type Filling = typeof filling extends fc.Arbitrary<infer T> ? T : never;

const float8Format = fc.constantFrom("float8e4m3" as const, "float8e5m2" as const);

/** Of random codes, with negative zeros where it is constant; or of int8. */
function tensorOf(
  shape: readonly number[],
  format: Format,
  fill: Filling,
  scales: readonly number[],
  zero = 0,
  isConstant = false,
): Float8Tensor {
  const length = shape.reduce((product, n) => product * n, 1);
  if (format === "int8")
    return { shape, format, scales, zeroPoint: zero, values: integers(fill, length, zero) };
  const codes = [...finiteCodes(format), ...(isConstant ? [0x80] : [])].sort((a, b) => order(a) - order(b));
  const values = integers(fill, length, codes.indexOf(0), 0, codes.length - 1).map((i) => codes[i]);
  return { shape, format, scales, zeroPoint: 0, values };
}

/** Codes from the least value to the greatest. */
const order = (code: number) => (code < 128 ? code : 127.5 - code);

const sums = fc.record({
  format: float8Format,
  isInt8: fc.boolean(),
  zeroPoint,
  outputZeroPoint: zeroPoint,
  fill: filling,
  weightFill: filling,
  scale: factor(-20, 2),
  weightScale: factor(-20, 2),
  spread: factor(-4, 4),
  perChannel: fc.boolean(),
  activation,
  /** Of the output's greatest value, how much a product of the greatest input and weight is. */
  gain: fc.oneof({ weight: 4, arbitrary: factor(-6, 2) }, { weight: 1, arbitrary: factor(-16, 6) }),
  bias: fc.option(fc.record({ fill: filling, size: factor(-12, 6) })),
});

type Sums = typeof sums extends fc.Arbitrary<infer T> ? T : never;

/** The greatest magnitude of each format. */
const GREATEST = { int8: 127, float8e4m3: 448, float8e5m2: 57344 };

function operands(it: Sums, shape: readonly number[], weightShape: readonly number[], axis: number) {
  const format: Format = it.isInt8 ? "int8" : it.format;
  const channels = weightShape[axis];
  const scales =
    it.perChannel && channels > 1
      ? Array.from({ length: channels }, (_, c) => Math.fround(it.weightScale * it.spread ** (c / channels)))
      : [it.weightScale];
  const input = tensorOf(shape, format, it.fill, [it.scale], it.zeroPoint);
  const filter = { ...tensorOf(weightShape, it.format, it.weightFill, scales, 0, true), axis };
  const product = it.scale * it.weightScale * GREATEST[it.format] * GREATEST[format];
  const scale = Math.fround(product / (GREATEST[format] * it.gain));
  const bias =
    it.bias && integers(it.bias.fill, channels).map((v) => Math.fround((v / 128) * it.bias!.size * product));
  const output = { scale, zeroPoint: it.isInt8 ? it.outputZeroPoint : 0, format };
  const constants = [constantTensor("weights", filter), ...(bias ? [floatBias(bias)] : [])];
  return { input, filter, bias: bias ?? undefined, output, constants };
}

const windows = fc
  .record({
    shape: fc.tuple(size(2), size(5), size(5), size(4)),
    kernel,
    outputDepth: size(4),
    attributes: fc.record(convolution),
    sums,
  })
  .filter(({ shape, kernel, attributes }) => fits(shape, kernel, attributes));

export const conv2ds: fc.Arbitrary<Float8Experiment> = windows.map((it) => {
  const { shape, kernel, outputDepth, attributes } = it;
  const made = operands(it.sums, shape, [outputDepth, ...kernel, shape[3]], 0);
  const { input, filter, bias, output, constants } = made;
  const result = float8Conv2d(attributes, input, filter, bias, output);
  return { kind: "CONV_2D", attributes, inputs: [input], constants, output, result };
});

export const depthwiseConv2ds: fc.Arbitrary<Float8Experiment> = windows.map((it) => {
  const { shape, kernel, outputDepth } = it;
  const attributes = { ...it.attributes, depthMultiplier: Math.min(outputDepth, 3) };
  const made = operands(it.sums, shape, [1, ...kernel, shape[3] * attributes.depthMultiplier], 3);
  const { input, filter, bias, output, constants } = made;
  const result = float8Conv2d(attributes, input, filter, bias, output);
  return { kind: "DEPTHWISE_CONV_2D", attributes, inputs: [input], constants, output, result };
});

export const denses: fc.Arbitrary<Float8Experiment> = fc
  .record({ rows: size(3), depth: size(30), outputDepth: size(6), sums })
  .map((it) => {
    const attributes = { activation: it.sums.activation, keepDims: false };
    const made = operands(it.sums, [it.rows, it.depth], [it.outputDepth, it.depth], 0);
    const { input, filter, bias, output, constants } = made;
    const result = float8FullyConnected(attributes, input, filter, bias, output);
    return { kind: "FULLY_CONNECTED", attributes, inputs: [input], constants, output, result };
  });

export const rescales: fc.Arbitrary<Float8Experiment> = fc
  .record({
    kind: fc.constantFrom("QUANTIZE" as const, "RELU" as const, "RELU6" as const),
    from: fc.constantFrom<Format>("int8", "float8e4m3", "float8e5m2"),
    to: fc.constantFrom<Format>("int8", "float8e4m3", "float8e5m2"),
    scale: factor(-12, 4),
    gain: factor(-4, 3),
    zeroPoint,
    outputZeroPoint: zeroPoint,
    seed: filling,
  })
  .filter(({ kind, from, to }) => (kind === "QUANTIZE" ? from !== "int8" || to !== "int8" : from !== "int8"))
  .map(({ kind, from, seed, ...it }) => {
    const to = kind === "QUANTIZE" ? it.to : from;
    const input = tensorOf([40], from, seed, [it.scale], it.zeroPoint);
    const scale = Math.fround((it.scale * GREATEST[from]) / (GREATEST[to] * it.gain));
    const output = { scale, zeroPoint: to === "int8" ? it.outputZeroPoint : 0, format: to };
    const result = float8Rescale(input, to, output, kind === "QUANTIZE" ? "NONE" : kind);
    return { kind, attributes: {}, inputs: [input], constants: [], output, result } as Float8Experiment;
  });
