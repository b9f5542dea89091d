import type { Activation } from "./activation.js";
import { quantizeMultiplier } from "./multiplier.js";

/**
 * How much earlier outputs above zero take their steps for being rounded twice. TFLM rounds a scaled sum to a multiple of
 * 2^shift and that to an integer: what lies less than half of 2^shift below a half goes up as well. Who computes in real
 * numbers and rounds once gets the same outputs with a bias that is larger by this.
 *
 * Outputs below zero are rounded the other way, so there is such a bias only where they are not told apart.
 *
 * @param factor input scale × weight scale / output scale
 * @param zeroPoint the output's, of int8
 * @returns in units of the sum: from 1/2 to 1, or 0 where there is no second rounding, or no such bias
 */
export function roundingLead(factor: number, activation: Activation, zeroPoint: number): number {
  const isPositive = activation === "RELU" || activation === "RELU6" || zeroPoint === -128;
  const { shift } = quantizeMultiplier(factor);
  return isPositive && shift < 0 ? 2 ** (shift - 1) / factor : 0;
}
