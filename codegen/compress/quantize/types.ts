/** Ranges of activations as scales and zero points. */
import { roundAway } from "../../arithmetic/activation.js";
import { decode8, encode8, FLOAT8 } from "../../arithmetic/float8.js";
import type { DType, Tensor } from "../../graph/graph.js";
import type { ActivationFormat } from "./formats.js";
import { ACTIVATION_RANGES, isFloat8 } from "./formats.js";
import type { Range } from "./observers/observer.js";

/** What a tensor's elements mean: real = scale · (q − zeroPoint), where q is the value of an 8-bit float. */
export interface ActivationType {
  readonly format: ActivationFormat;
  /** A float32. */
  readonly scale: number;
  readonly zeroPoint: number;
}

/** The type of a quantized activation; undefined for any other tensor. */
export function activationType({ dtype, quantization }: Tensor): ActivationType | undefined {
  if (!quantization || !isActivation(dtype)) return undefined;
  return { format: dtype, scale: quantization.scales[0], zeroPoint: quantization.zeroPoints[0] };
}

function isActivation(dtype: DType): dtype is ActivationFormat {
  return dtype in ACTIVATION_RANGES;
}

/** The integers of a quantized activation, or codes of 8-bit floats. */
export type Stored = Int8Array | Int16Array | Uint8Array;

/** How many steps a range should be divided into. An 8-bit float has as fine ones for small values whatever the range is. */
export function levels(format: ActivationFormat): number {
  if (isFloat8(format)) return levels("int16");
  const { min, max } = ACTIVATION_RANGES[format];
  return max - min + 1;
}

/**
 * The type for a range with 0 in it: TFLite's ChooseQuantizationParams (kernels/internal/quantization_util.h) for int8, zero
 * point 0 for others. A tensor that is 0 throughout gets the scale 1.
 *
 * @param least the scale is not below it
 */
export function typeFor({ min, max }: Range, format: ActivationFormat, least = 0): ActivationType {
  if (min === max) return { format, scale: Math.max(1, Math.fround(least)), zeroPoint: 0 };
  const { min: lowest, max: highest } = ACTIVATION_RANGES[format];
  if (format !== "int8")
    return { format, scale: Math.fround(Math.max(least, -min / highest, max / highest)), zeroPoint: 0 };
  const scale = Math.fround(Math.max(least, (max - min) / (highest - lowest)));
  const zeroPoint = Math.max(lowest, Math.min(highest, roundAway(lowest - min / scale)));
  return { format, scale, zeroPoint };
}

/**
 * Real values as they are stored: rounded half away from zero, clamped (AffineQuantize in kernels/internal/reference/quantize.h);
 * codes of 8-bit floats as docs/formats.md says.
 */
export function quantizeValues(values: Float32Array, type: ActivationType): Stored {
  const { format, scale, zeroPoint } = type;
  const float8 = FLOAT8[format];
  if (float8) return Uint8Array.from(values, (value) => encode8(value / scale, float8));
  const { min, max } = ACTIVATION_RANGES[format];
  const integers = format === "int8" ? new Int8Array(values.length) : new Int16Array(values.length);
  for (let i = 0; i < values.length; i++) integers[i] = integerOf(values[i], scale, zeroPoint, min, max);
  return integers;
}

function integerOf(value: number, scale: number, zeroPoint: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, roundAway(Math.fround(value / scale)) + zeroPoint));
}

/** The real values that stored ones stand for. */
export function realOf(stored: Stored, { format, scale, zeroPoint }: ActivationType): Float32Array {
  const float8 = FLOAT8[format];
  if (float8) return Float32Array.from(stored, (code) => decode8(code, float8) * scale);
  const real = new Float32Array(stored.length);
  for (let i = 0; i < stored.length; i++) real[i] = (stored[i] - zeroPoint) * scale;
  return real;
}

/** Values as they are after quantization. */
export function rounded(values: Float32Array, type: ActivationType): Float32Array {
  const results = new Float32Array(values.length);
  roundValues(values, type, results);
  return results;
}

/** The same into an array that is there: what `quantizeValues` and `realOf` make of them, in one pass where they are integers. */
export function roundValues(values: Float32Array, type: ActivationType, results: Float32Array): void {
  const { format, scale, zeroPoint } = type;
  if (isFloat8(format)) {
    results.set(realOf(quantizeValues(values, type), type));
    return;
  }
  const { min, max } = ACTIVATION_RANGES[format];
  for (let i = 0; i < values.length; i++)
    results[i] = (integerOf(values[i], scale, zeroPoint, min, max) - zeroPoint) * scale;
}

/** Whether two types are the same. */
export function sameType(a: ActivationType, b: ActivationType): boolean {
  return a.format === b.format && a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}
