/** Fixed-point division as gemmlowp does it, by Newton-Raphson. Qm.n: n fractional bits of an int32. */
import { multiplyHigh } from "./requantize.js";

const MAX = 0x7fffffff;
/** 48/17, −32/17 and 1 in Q2.29: the usual linear start for a divisor between 1/2 and 1. */
const START = 1515870810;
const SLOPE = -1010580540;
const ONE = 1 << 29;

/**
 * 2 / (1 + a), three Newton steps of gemmlowp's one_over_one_plus_x_for_x_in_0_1 (fixedpoint/fixedpoint.h).
 *
 * @param a Q0.31, at least 0
 * @returns Q2.29, between 1 and 2 up to rounding
 */
export function twoOverOnePlus(a: number): number {
  const half = (a >> 1) + (1 << 30); // (1 + a) / 2 in Q0.31: gemmlowp's RoundingHalfSum of a and 2^31 − 1
  let x = START + multiplyHigh(SLOPE, half);
  for (let i = 0; i < 3; i++) {
    // The product of two Q2.29 is Q4.27. The start is off by 1/17 at most: two bits to the left are free.
    x += multiplyHigh(ONE - multiplyHigh(x, half), x) << 2;
  }
  return x;
}

/**
 * 1 / (1 + a), gemmlowp's one_over_one_plus_x_for_x_in_0_1.
 *
 * @param a Q0.31, at least 0
 * @returns Q0.31
 */
export function oneOverOnePlus(a: number): number {
  const x = twoOverOnePlus(a); // in Q2.29; the same bits are 1 / (1 + a) in Q1.30
  return x >= 1 << 30 ? MAX : x << 1;
}
