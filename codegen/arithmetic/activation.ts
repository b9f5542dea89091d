/** Fused activations as bounds of the quantized output. */
import { INT8 } from "./integer-ranges.js";

export type Activation = "NONE" | "RELU" | "RELU6" | "RELU_N1_TO_1";

/** What operators with a fused activation carry. */
export interface Activated {
  readonly activation: Activation;
}

export const ACTIVATIONS: readonly Activation[] = ["NONE", "RELU", "RELU6", "RELU_N1_TO_1"];

/** Real lower and upper bound of each activation. */
export const BOUNDS: Readonly<Record<Activation, readonly [number, number]>> = {
  NONE: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  RELU: [0, Number.POSITIVE_INFINITY],
  RELU6: [0, 6],
  RELU_N1_TO_1: [-1, 1],
};

/**
 * TFLite's CalculateActivationRangeQuantized (kernels/kernel_util.cc): bounds are divided by the scale in float32 and
 * rounded half away from zero.
 *
 * @param limits what the output's type holds
 */
export function activationRange(
  activation: Activation,
  { scale, zeroPoint }: { scale: number; zeroPoint: number },
  limits = INT8,
): { min: number; max: number } {
  const [low, high] = BOUNDS[activation];
  return {
    min: Math.max(limits.min, quantize(low, scale, zeroPoint)),
    max: Math.min(limits.max, quantize(high, scale, zeroPoint)),
  };
}

function quantize(bound: number, scale: number, zeroPoint: number): number {
  if (!Number.isFinite(bound)) return bound;
  return zeroPoint + roundAway(Math.fround(Math.fround(bound) / Math.fround(scale)));
}

/** C's round: half away from zero. */
export function roundAway(x: number): number {
  return x < 0 ? -Math.round(-x) : Math.round(x);
}
