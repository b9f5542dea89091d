/** Random shapes, quantizations and values. */
import fc from "fast-check";
import type { Activation } from "../../codegen/arithmetic/activation.js";
import type { ReferenceTensor } from "../reference/tensor.js";
import { perTensor } from "./graph-builder.js";
import type { Operand } from "./operator-check.js";

export const activation: fc.Arbitrary<Activation> = fc.constantFrom(
  "NONE",
  "NONE",
  "RELU",
  "RELU6",
  "RELU_N1_TO_1",
);
export const padding = fc.constantFrom<"SAME" | "VALID">("SAME", "VALID");
export const size = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });

/** Reals, evenly spread: fast-check's doubles are even over bit patterns, and so nearly all next to 0. */
export function real(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 2 ** 20 }).map((n) => min + ((max - min) * n) / 2 ** 20);
}

/** A float32 factor between 2^low and 2^high, even over its logarithm, and powers of two themselves. */
export function factor(low: number, high: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 7, arbitrary: real(low, high).map((exponent) => Math.fround(2 ** exponent)) },
    { weight: 1, arbitrary: fc.integer({ min: low, max: high }).map((exponent) => 2 ** exponent) },
  );
}

/** Scales of activations: what quantizers make most of the time, and many orders of magnitude beyond. */
export const scale: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: factor(-10, 0) },
  { weight: 1, arbitrary: factor(-20, 8) },
);

/** Zero points of int8 with both ends. */
export const zeroPoint: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(-128, 127, 0),
  fc.integer({ min: -128, max: 127 }),
);

export const quantization = fc.record({ scale, zeroPoint });

/** How a tensor is filled; the seed makes values from it, so that a case stays small to print and to shrink. */
export const filling = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant("random" as const) },
    {
      weight: 5,
      arbitrary: fc.constantFrom("minimum", "maximum", "zeroPoint", "oneHot", "extremes"),
    },
  ),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
});

export type Filling = typeof filling extends fc.Arbitrary<infer T> ? T : never;

/** A stream of integers in [0, 2^31 − 1), the same for the same seed (Lehmer's generator). */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state;
  };
}

/** Integers of a range as a filling says. */
export function integers({ kind, seed }: Filling, length: number, zero = 0, min = -128, max = 127): number[] {
  const next = stream(seed);
  const hot = next() % length;
  return Array.from({ length }, (_, i) => {
    switch (kind) {
      case "minimum":
        return min;
      case "maximum":
        return max;
      case "zeroPoint":
        return zero;
      case "oneHot":
        return i === hot ? (seed % 2 ? max : min) : zero;
      case "extremes":
        return next() % 2 ? max : min;
      default:
        return min + (next() % (max - min + 1));
    }
  });
}

/** An int8 operand with one scale, both as the compiler and as the reference take it. */
export function int8Tensor(
  shape: readonly number[],
  { scale, zeroPoint }: { scale: number; zeroPoint: number },
  fill: Filling,
  constant = false,
): Operand & ReferenceTensor & { quantization: ReturnType<typeof perTensor> } {
  const length = shape.reduce((product, n) => product * n, 1);
  return {
    shape,
    dtype: "int8",
    quantization: perTensor(scale, zeroPoint),
    values: integers(fill, length, zeroPoint),
    scales: [scale],
    zeroPoint,
    constant,
  };
}

/** An int16 operand: its zero point is 0. */
export function int16Tensor(
  shape: readonly number[],
  scale: number,
  fill: Filling,
  constant = false,
): Operand & ReferenceTensor & { quantization: ReturnType<typeof perTensor> } {
  const length = shape.reduce((product, n) => product * n, 1);
  return {
    shape,
    dtype: "int16",
    quantization: perTensor(scale, 0),
    values: integers(fill, length, 0, -32768, 32767),
    scales: [scale],
    zeroPoint: 0,
    constant,
  };
}

/** A constant of int32 values, such as axes. */
export function int32Constant(
  values: readonly number[],
  shape: readonly number[] = [values.length],
): Operand {
  return { shape, dtype: "int32", values, constant: true };
}

/** The int8 output of an experiment. */
export function int8Output<R>(result: R, { scale, zeroPoint }: { scale: number; zeroPoint: number }) {
  return { dtype: "int8" as const, quantization: perTensor(scale, zeroPoint), result };
}

/** The int16 output of an experiment. */
export function int16Output<R>(result: R, scale: number) {
  return { dtype: "int16" as const, quantization: perTensor(scale, 0), result };
}
