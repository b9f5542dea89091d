/** From gradients to steps of master parameters: factors, and ranges of what is added up. docs/training.md derives them. */
import { frexp } from "../arithmetic/multiplier.js";

/** What velocities stay below: a bit is left for rounding. */
const MOST_VELOCITY = 2 ** 31 - 2 ** 25;
const MOST_BIAS_VELOCITY = 2 ** 30;

/** The greatest gradient that is added at once: 16 bits with its sign. */
const MOST_LIMIT = 2 ** 15 - 1;

/** Bits by which velocities are finer than masters. */
const LEAST_SHIFT = 2;
const MOST_SHIFT = 24;

/** How much velocities grow while momentum goes on: 1 / (1 − momentum). */
function growth(decay: number): number {
  return 2 ** decay;
}

/** What a gradient times an input of at most `reach`, `count` times a batch, is limited to. */
export function weightLimit(reach: number, count: number, decay: number): number {
  return Math.min(MOST_LIMIT, Math.floor(MOST_VELOCITY / (reach * count * growth(decay))));
}

/** What the sum of a channel's gradients is limited to. */
export function biasLimit(batch: number, decay: number): number {
  return Math.floor(MOST_BIAS_VELOCITY / (batch * growth(decay)));
}

/**
 * How much finer than masters velocities are: as much as leaves a gradient of 1 below the limit.
 *
 * @param factors steps of a master for a gradient of 1, of each channel
 */
export function velocityShift(factors: readonly number[], limit: number): number {
  const shift = Math.floor(Math.log2(limit / Math.max(...factors)));
  return Math.min(MOST_SHIFT, Math.max(LEAST_SHIFT, shift));
}

/** A factor as `runtime/training/scale.ts` reads it: 15 bits of mantissa, and above them the exponent. */
export function packed(factor: number): number {
  const { mantissa, exponent } = frexp(factor);
  const rounded = Math.round(mantissa * 2 ** 15);
  return rounded === 2 ** 15 ? ((exponent + 1) << 16) | (2 ** 14) : (exponent << 16) | rounded;
}
