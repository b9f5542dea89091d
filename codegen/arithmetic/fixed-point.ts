/**
 * gemmlowp's fixed-point functions (fixedpoint/fixedpoint.h), computed at compile time with its very rounding. Qm.n: n
 * fractional bits of an int32.
 */
import { oneOverOnePlus, twoOverOnePlus } from "../../runtime/reciprocal.js";
import { multiplyHigh, roundingShiftRight } from "../../runtime/requantize.js";

/** The Q0.31 that stands for 1. */
const ONE = 0x7fffffff;

/** exp(−1/8) and 1/3 in Q0.31. */
const EXP_MINUS_EIGHTH = 1895147668;
const THIRD = 715827883;

/** exp(−2^k) in Q0.31 for k = −2 to 4. */
const EXP_MINUS_POWERS = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

/** exp on [−1/4, 0), Q0.31 to Q0.31: four terms of the Taylor series around −1/8. */
function expOnLastQuarter(a: number): number {
  const x = a + (1 << 28);
  const x2 = multiplyHigh(Math.abs(x), Math.abs(x));
  const x3 = multiplyHigh(x, x2);
  const x4 = multiplyHigh(x2, x2);
  const cubic = multiplyHigh(roundingShiftRight(x4, 2) + x3, THIRD) + x2; // x²+ x³/3 + x⁴/12
  return EXP_MINUS_EIGHTH + multiplyHigh(x + roundingShiftRight(cubic, 1), EXP_MINUS_EIGHTH);
}

/**
 * exp_on_negative_values.
 *
 * @param a at most 0, Q(integerBits).(31 − integerBits)
 * @param integerBits 4 or 5
 * @returns Q0.31
 */
export function expOnNegative(a: number, integerBits: 4 | 5): number {
  if (a === 0) return ONE;
  const fractionalBits = 31 - integerBits;
  const quarter = 1 << (fractionalBits - 2);
  const lastQuarter = (a & (quarter - 1)) - quarter;
  const remainder = lastQuarter - a;
  let result = expOnLastQuarter(lastQuarter << integerBits);
  for (let k = -2; k < integerBits; k++) {
    if (remainder & (1 << (fractionalBits + k))) result = multiplyHigh(result, EXP_MINUS_POWERS[k + 2]);
  }
  return result;
}

/** gemmlowp's logistic. @param a Q4.27 @returns Q0.31 */
export function logistic(a: number): number {
  if (a === 0) return 1 << 30;
  const positive = oneOverOnePlus(expOnNegative(-Math.abs(a), 4));
  return a > 0 ? positive : ONE - positive;
}

/** gemmlowp's tanh. @param a Q4.27 @returns Q0.31 */
export function tanh(a: number): number {
  if (a === 0) return 0;
  const exp = expOnNegative(-Math.abs(a), 5); // exp(−2 |a|): the bits of |a| in Q4.27 are those of 2 |a| in Q5.26
  const fraction = twoOverOnePlus(exp) - (1 << 29); // (1 − exp) / (1 + exp) in Q2.29
  const magnitude = fraction >= 1 << 29 ? ONE : fraction << 2;
  return a < 0 ? -magnitude : magnitude;
}

/**
 * CalculateInputRadius (kernels/internal/quantization_util.cc): the inputs that, scaled by 2^shift, stay inside
 * ±(2^integerBits − 1) of a Q(integerBits).(31 − integerBits).
 */
export function inputRadius(integerBits: number, shift: number): number {
  return Math.floor(((2 ** integerBits - 1) * 2 ** (31 - integerBits)) / 2 ** shift);
}
