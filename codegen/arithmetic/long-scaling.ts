/**
 * How TFLM scales the 64-bit sums of int16 activations: floor((acc · m + 2^(s − 1)) / 2^s). That is what lanes compute, so
 * there is nothing to search and nothing to prove.
 */
import { q15 } from "./int16.js";
import type { Scaling, Steps } from "./scaling.js";

/** The shift s of TFLM's formula, for the shift of a requantization. */
export function longShift({ shift }: { readonly shift: number }): number {
  return 15 - shift;
}

/**
 * The same scaling with another shift.
 *
 * @param shift at least that of the formula: multiplier and offset grow with it
 * @param grain the offset is to be a multiple of 2^grain
 * @returns undefined where there is none
 */
export function longScaling(
  { requantization, addend = 0 }: Pick<Steps, "requantization" | "addend">,
  shift: number,
  grain = 0,
): Scaling | undefined {
  const { multiplier, zeroPoint, min } = requantization;
  const further = shift - longShift(requantization);
  if (further < 0) return undefined;
  const factor = BigInt(q15(multiplier)) << BigInt(further);
  const offset =
    factor * BigInt(addend) + (1n << BigInt(shift - 1)) + (BigInt(zeroPoint - min) << BigInt(shift));
  return BigInt.asUintN(grain, offset) === 0n ? { multiplier: factor, shift, offset, step: 0n } : undefined;
}
