/**
 * 8-bit floats in BigInt, written from docs/formats.md and OFP8 1.0 and from no kernel: codes are looked for among all 256, doubles
 * are rounded by BigInt's own conversion.
 */
import {
  type ConvolutionAttributes,
  computeOutSizeAndPadding,
  convolutionMultiplier,
} from "./convolution.js";
import {
  type Activation,
  build,
  calculateActivationRangeQuantized,
  clamp,
  type OutputQuantization,
  offset,
  type ReferenceTensor,
  type Result,
} from "./tensor.js";

export type Format = "int8" | "float8e4m3" | "float8e5m2";

/** Bits of exponent and of mantissa, the exponent's bias, and the code of the greatest finite value. */
const FORMATS = {
  float8e4m3: { exponentBits: 4, mantissaBits: 3, bias: 7, greatest: 0x7e },
  float8e5m2: { exponentBits: 5, mantissaBits: 2, bias: 15, greatest: 0x7b },
};

/** A number n / 2^bits. */
interface Dyadic {
  readonly n: bigint;
  readonly bits: bigint;
}

/** The fraction's length of a format's smallest subnormal. */
function unitBits(format: Format): bigint {
  if (format === "int8") return 0n;
  const { bias, mantissaBits } = FORMATS[format];
  return BigInt(bias - 1 + mantissaBits);
}

/** What a code, or an int8, stands for, in units of 2^−unitBits. */
function integerOf(q: number, format: Format): bigint {
  if (format === "int8") return BigInt(q);
  const { mantissaBits } = FORMATS[format];
  const exponent = (q & 0x7f) >> mantissaBits;
  const mantissa = BigInt(q & ((1 << mantissaBits) - 1));
  const magnitude =
    exponent === 0 ? mantissa : (mantissa + (1n << BigInt(mantissaBits))) << BigInt(exponent - 1);
  return q & 0x80 ? -magnitude : magnitude;
}

/** The real value of a code, exactly. */
export function realOf(code: number, format: Format): number {
  return Number(integerOf(code, format)) / Number(1n << unitBits(format));
}

/** Every finite code but that of −0, of which nothing is ever made. */
export function finiteCodes(format: Exclude<Format, "int8">): number[] {
  const { greatest } = FORMATS[format];
  return Array.from({ length: 256 }, (_, code) => code).filter(
    (code) => (code & 0x7f) <= greatest && code !== 0x80,
  );
}

/** A double as what it is. */
function dyadic(x: number): Dyadic {
  let bits = 0n;
  let n = x;
  while (!Number.isInteger(n)) {
    n *= 2;
    bits++;
  }
  return { n: BigInt(n), bits };
}

const magnitude = (n: bigint): bigint => (n < 0n ? -n : n);

/** The code nearest to a number: of two that are as near the even one. */
function nearestCode({ n, bits }: Dyadic, format: Exclude<Format, "int8">): number {
  const unit = unitBits(format);
  const distance = (code: number) => magnitude((integerOf(code, format) << bits) - (n << unit));
  return finiteCodes(format).reduce((best, code) => {
    const [a, b] = [distance(code), distance(best)];
    return a < b || (a === b && code % 2 === 0 && best % 2 === 1) ? code : best;
  }, 0);
}

/** Halves away from zero. */
function nearestInteger({ n, bits }: Dyadic): bigint {
  const rounded = (2n * magnitude(n) + (1n << bits)) >> (bits + 1n);
  return n < 0n ? -rounded : rounded;
}

/** A real number in an output's units as an element of it. */
function element(x: Dyadic, format: Format, output: OutputQuantization, activation: Activation): number {
  if (format === "int8") {
    const q = nearestInteger(x) + BigInt(output.zeroPoint);
    const { min, max } = calculateActivationRangeQuantized(activation, output);
    return clamp(Number(q < -1000n ? -1000n : q > 1000n ? 1000n : q), { min, max });
  }
  const bound = (value: number) => integerOf(nearestCode(dyadic(value / output.scale), format), format);
  const bounds = { NONE: undefined, RELU: [0], RELU6: [0, 6], RELU_N1_TO_1: [-1, 1] }[activation] ?? [];
  const [low, high] = bounds.map(bound);
  const code = nearestCode(x, format);
  const value = integerOf(code, format);
  if (low !== undefined && value < low) return nearestCode({ n: low, bits: unitBits(format) }, format);
  if (high !== undefined && value > high) return nearestCode({ n: high, bits: unitBits(format) }, format);
  return code;
}

export interface Float8Tensor extends ReferenceTensor {
  readonly format: Format;
}

/** acc · multiplier in doubles, by powers of two to the output's units. */
function scaled(
  acc: bigint,
  input: Float8Tensor,
  filter: Float8Tensor,
  output: OutputQuantization,
  channel: number,
) {
  const { multiplier, shift } = convolutionMultiplier(input, filter, output, channel);
  const product = BigInt(Number(BigInt(Number(acc)) * multiplier));
  return { n: product, bits: 31n - shift + unitBits(input.format) + unitBits(filter.format) };
}

/** A float32 bias as an integer in units of the sum; with E5M2 activations as a multiple of 2^−16. */
function biasOf(
  bias: readonly number[] | undefined,
  input: Float8Tensor,
  filter: Float8Tensor,
  channel: number,
) {
  if (!bias) return 0n;
  const scale = input.scales[0] * (filter.scales[channel] ?? filter.scales[0]);
  const { n, bits } = dyadic(bias[channel] / scale);
  if (input.format === "float8e5m2") return nearestInteger({ n: n << 16n, bits }) << 16n;
  return nearestInteger({ n: n << (unitBits(input.format) + unitBits(filter.format)), bits });
}

/** One product, in units of both formats. */
function product(input: Float8Tensor, i: number, filter: Float8Tensor, w: number): bigint {
  const x = integerOf(input.values[i], input.format) - BigInt(input.zeroPoint);
  return x * integerOf(filter.values[w], filter.format);
}

export function float8FullyConnected(
  { activation }: { readonly activation: Activation },
  input: Float8Tensor,
  filter: Float8Tensor,
  bias: readonly number[] | undefined,
  output: OutputQuantization,
): Result {
  const [outputDepth, depth] = filter.shape;
  return build([input.values.length / depth, outputDepth], ([row, channel]) => {
    let acc = biasOf(bias, input, filter, channel);
    for (let d = 0; d < depth; d++) acc += product(input, row * depth + d, filter, channel * depth + d);
    return element(scaled(acc, input, filter, output, channel), input.format, output, activation);
  });
}

/** @param depthMultiplier of a depthwise convolution; a plain one where it is absent */
export function float8Conv2d(
  attributes: ConvolutionAttributes & { readonly depthMultiplier?: number },
  input: Float8Tensor,
  filter: Float8Tensor,
  bias: readonly number[] | undefined,
  output: OutputQuantization,
): Result {
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padding, depthMultiplier } = attributes;
  const [batches, height, width, depth] = input.shape;
  const [, filterHeight, filterWidth] = filter.shape;
  const outputDepth = filter.shape[depthMultiplier === undefined ? 0 : 3];
  const y = computeOutSizeAndPadding(padding, height, filterHeight, strideHeight, dilationHeight);
  const x = computeOutSizeAndPadding(padding, width, filterWidth, strideWidth, dilationWidth);
  return build([batches, y.outSize, x.outSize, outputDepth], ([batch, outY, outX, channel]) => {
    let acc = biasOf(bias, input, filter, channel);
    for (let ky = 0; ky < filterHeight; ky++)
      for (let kx = 0; kx < filterWidth; kx++) {
        const inY = outY * strideHeight - y.pad + dilationHeight * ky;
        const inX = outX * strideWidth - x.pad + dilationWidth * kx;
        if (inX < 0 || inX >= width || inY < 0 || inY >= height) continue;
        const add = (d: number, at: readonly number[]) => {
          acc += product(input, offset(input.shape, [batch, inY, inX, d]), filter, offset(filter.shape, at));
        };
        if (depthMultiplier !== undefined) add(Math.floor(channel / depthMultiplier), [0, ky, kx, channel]);
        else for (let d = 0; d < depth; d++) add(d, [channel, ky, kx, d]);
      }
    return element(scaled(acc, input, filter, output, channel), input.format, output, attributes.activation);
  });
}

/** QUANTIZE, RELU and RELU6 between int8 and 8-bit floats: the value times the quotient of the scales, in doubles. */
export function float8Rescale(
  input: Float8Tensor,
  format: Format,
  output: OutputQuantization,
  activation: Activation,
): Result {
  const factor = input.scales[0] / output.scale;
  const values = input.values.map((q) => {
    const x = input.format === "int8" ? q - input.zeroPoint : realOf(q, input.format);
    return element(dyadic(x * factor), format, output, activation);
  });
  return { shape: input.shape, values };
}

/** QUANTIZE from float32: the quotient in double. */
export function float8Quantize(
  values: readonly number[],
  format: Exclude<Format, "int8">,
  scale: number,
): number[] {
  return values.map((value) => nearestCode(dyadic(value / scale), format));
}

/** The code of a real value that has one. */
export function codeOf(value: number, format: Exclude<Format, "int8">): number {
  return nearestCode(dyadic(value), format);
}
