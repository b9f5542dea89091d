/** Ranges of activations as scales and zero points. */
import { roundAway } from "../../arithmetic/activation.js";
import type { Tensor } from "../../graph/graph.js";
import type { ActivationFormat } from "./formats.js";
import { ACTIVATION_RANGES } from "./formats.js";
import type { Range } from "./observers/observer.js";

/** What a tensor's elements mean: real = scale · (q − zeroPoint). */
export interface ActivationType {
  readonly format: ActivationFormat;
  /** A float32. */
  readonly scale: number;
  readonly zeroPoint: number;
}

/** The type of a quantized activation; undefined for any other tensor. */
export function activationType({ dtype, quantization }: Tensor): ActivationType | undefined {
  if (!quantization || (dtype !== "int8" && dtype !== "int16")) return undefined;
  return { format: dtype, scale: quantization.scales[0], zeroPoint: quantization.zeroPoints[0] };
}

/** How many values a format has. */
export function levels(format: ActivationFormat): number {
  const { min, max } = ACTIVATION_RANGES[format];
  return max - min + 1;
}

/**
 * The type for a range with 0 in it: TFLite's ChooseQuantizationParams (kernels/internal/quantization_util.h) for int8, zero
 * point 0 for int16. A tensor that is 0 throughout gets the scale 1.
 *
 * @param least the scale is not below it
 */
export function typeFor({ min, max }: Range, format: ActivationFormat, least = 0): ActivationType {
  if (min === max) return { format, scale: Math.max(1, Math.fround(least)), zeroPoint: 0 };
  const { min: lowest, max: highest } = ACTIVATION_RANGES[format];
  if (format === "int16")
    return { format, scale: Math.fround(Math.max(least, -min / highest, max / highest)), zeroPoint: 0 };
  const scale = Math.fround(Math.max(least, (max - min) / (highest - lowest)));
  const zeroPoint = Math.max(lowest, Math.min(highest, roundAway(lowest - min / scale)));
  return { format, scale, zeroPoint };
}

/** The integers of real values: rounded half away from zero, clamped (AffineQuantize in kernels/internal/reference/quantize.h). */
export function quantizeValues(values: Float32Array, type: ActivationType): Int8Array | Int16Array {
  const { format, scale, zeroPoint } = type;
  const { min, max } = ACTIVATION_RANGES[format];
  const integers = format === "int8" ? new Int8Array(values.length) : new Int16Array(values.length);
  values.forEach((value, i) => {
    const real = Math.fround(value / scale);
    integers[i] = Math.max(min, Math.min(max, roundAway(real) + zeroPoint));
  });
  return integers;
}

/** The real values that integers stand for. */
export function realOf(integers: Int8Array | Int16Array, { scale, zeroPoint }: ActivationType): Float32Array {
  return Float32Array.from(integers, (q) => (q - zeroPoint) * scale);
}

/** Values as they are after quantization. */
export function rounded(values: Float32Array, type: ActivationType): Float32Array {
  return realOf(quantizeValues(values, type), type);
}

/** Whether two types are the same. */
export function sameType(a: ActivationType, b: ActivationType): boolean {
  return a.format === b.format && a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}
