/** What the reference computes with, and the arithmetic that every operator's preparation shares. */
import {
  int32,
  multiplyByQuantizedMultiplier,
  multiplyByQuantizedMultiplier64,
  type QuantizedMultiplier,
} from "./fixed-point.js";

export type Activation = "NONE" | "RELU" | "RELU6" | "RELU_N1_TO_1";

/** A tensor with plain values, row-major. Scales are float32 values. */
export interface ReferenceTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** One, or one an index of `axis`. */
  readonly scales: readonly number[];
  readonly zeroPoint: number;
  readonly axis?: number;
}

/** Scale and zero point of what an operator makes. */
export interface OutputQuantization {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** What an operator made: shape and row-major values. */
export interface Result {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A float32 operation of C++: doubles are wide enough that rounding once more gives the float32 result. */
export const float = Math.fround;

/** std::round: halves away from zero. */
export function round(x: number): number {
  const magnitude = Math.abs(x);
  const whole = Math.trunc(magnitude);
  return Math.sign(x) * (magnitude - whole >= 0.5 ? whole + 1 : whole);
}

export const INT8: Range = { min: -128, max: 127 };
export const UINT8: Range = { min: 0, max: 255 };
export const INT16: Range = { min: -32768, max: 32767 };
export const INT32: Range = { min: -(2 ** 31), max: 2 ** 31 - 1 };

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const clamp = (x: number, { min, max }: Range): number => Math.min(Math.max(x, min), max);

/** CalculateActivationRangeQuantized (kernels/kernel_util.cc). */
export function calculateActivationRangeQuantized(
  activation: Activation,
  { scale, zeroPoint }: OutputQuantization,
  type = INT8,
): Range {
  const quantize = (f: number): number => zeroPoint + round(float(f / scale));
  switch (activation) {
    case "NONE":
      return type;
    case "RELU":
      return { min: Math.max(type.min, quantize(0)), max: type.max };
    case "RELU6":
      return { min: Math.max(type.min, quantize(0)), max: Math.min(type.max, quantize(6)) };
    case "RELU_N1_TO_1":
      return { min: Math.max(type.min, quantize(-1)), max: Math.min(type.max, quantize(1)) };
  }
}

/** The end of most kernels: scale the accumulator, add the output's zero point, clamp. */
export function scaleAndClamp(
  acc: bigint,
  multiplier: QuantizedMultiplier,
  zeroPoint: number,
  range: Range,
): number {
  return clamp(Number(multiplyByQuantizedMultiplier(acc, multiplier)) + zeroPoint, range);
}

/** How a kernel sums and scales: the C++ type of its accumulator, what scales it, and the type of its outputs. */
export interface Sums {
  wrap(acc: bigint): bigint;
  scale(acc: bigint, multiplier: QuantizedMultiplier): bigint;
  readonly type: Range;
}

export const INT8_SUMS: Sums = { wrap: int32, scale: multiplyByQuantizedMultiplier, type: INT8 };
export const INT16_SUMS: Sums = { ...INT8_SUMS, type: INT16 };
export const INT16_LONG_SUMS: Sums = {
  wrap: (acc) => BigInt.asIntN(64, acc),
  scale: multiplyByQuantizedMultiplier64,
  type: INT16,
};

/** Offset (kernels/internal/types.h) of an index in a row-major tensor. */
export function offset(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);
}

/** Every index of a shape, in row-major order. */
export function* indices(shape: readonly number[]): Generator<readonly number[]> {
  if (shape.length === 0) {
    yield [];
    return;
  }
  for (let i = 0; i < shape[0]; i++) for (const rest of indices(shape.slice(1))) yield [i, ...rest];
}

/** A result built by asking for the value at every index. */
export function build(shape: readonly number[], value: (index: readonly number[]) => number): Result {
  return { shape, values: [...indices(shape)].map(value) };
}

/** An axis that may count from the end. */
export const positiveAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
