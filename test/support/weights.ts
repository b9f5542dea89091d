/** Weights and biases of convolutions and dense layers, and an output quantization that fits them. */
import fc from "fast-check";
import type { ReferenceTensor } from "../reference/tensor.js";
import { type Filling, factor, filling, integers, size, zeroPoint } from "./arbitraries.js";
import type { Operand } from "./operator-check.js";

/**
 * The effective multiplier input scale · weight scale / output scale is chosen and the output scale follows: realistic
 * below 1, near 1, above it, and so small that it is flushed to zero.
 */
export const weights = fc.record({
  perChannel: fc.boolean(),
  scale: factor(-14, -2),
  spread: factor(-4, 4),
  multiplier: fc.oneof(
    { weight: 8, arbitrary: factor(-13, -6) },
    { weight: 2, arbitrary: factor(-1, 1) },
    { weight: 1, arbitrary: factor(1, 6) },
    { weight: 1, arbitrary: factor(-36, -14) },
  ),
  zeroPoint,
  fill: filling,
  bias: fc.option(
    fc.record({
      fill: filling,
      bits: fc.oneof({ weight: 3, arbitrary: size(14) }, { weight: 1, arbitrary: size(30) }),
    }),
  ),
});

type Weights = typeof weights extends fc.Arbitrary<infer T> ? T : never;

/** Symmetric int8 weights; channel scales run from `scale` to `scale · spread`. */
export function filter(
  shape: readonly number[],
  axis: number,
  { perChannel, scale, spread, fill }: Weights,
): Operand & ReferenceTensor {
  const channels = shape[axis];
  const scales =
    perChannel && channels > 1
      ? Array.from({ length: channels }, (_, i) => Math.fround(scale * spread ** (i / (channels - 1))))
      : [scale];
  return {
    shape,
    dtype: "int8",
    values: integers(
      fill,
      shape.reduce((product, n) => product * n, 1),
      0,
      -127,
    ),
    quantization: { scales, zeroPoints: scales.map(() => 0), axis },
    scales,
    zeroPoint: 0,
    constant: true,
  };
}

/** The bias that goes with input and filter, if there is one, and the output's quantization. */
export function biasTensor(
  input: ReferenceTensor,
  filter: ReferenceTensor,
  channels: number,
  weights: Weights,
): { bias: (Operand & ReferenceTensor) | null; output: { scale: number; zeroPoint: number } } {
  const output = {
    scale: Math.fround((input.scales[0] * weights.scale) / weights.multiplier),
    zeroPoint: weights.zeroPoint,
  };
  if (!weights.bias) return { bias: null, output };
  const { fill, bits } = weights.bias;
  const scales = filter.scales.map((scale) => Math.fround(input.scales[0] * scale));
  const bias: Operand & ReferenceTensor = {
    shape: [channels],
    dtype: "int32",
    values: biasValues(fill, channels, bits),
    quantization: { scales, zeroPoints: scales.map(() => 0), axis: 0 },
    scales,
    zeroPoint: 0,
    constant: true,
  };
  return { bias, output };
}

/** Biases in int64 for sums of int16, as much greater than those of int8 as these sums are, and an output of zero point 0. */
export function wideBias({ bias, output }: ReturnType<typeof biasTensor>): ReturnType<typeof biasTensor> {
  const values = bias?.values.map((value) => value * 2 ** 14);
  return {
    bias: bias && { ...bias, dtype: "int64", values: values! },
    output: { ...output, zeroPoint: 0 },
  };
}

function biasValues(fill: Filling, length: number, bits: number): number[] {
  return integers(fill, length, 0, -(2 ** bits), 2 ** bits - 1);
}
