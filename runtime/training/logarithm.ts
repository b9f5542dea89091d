import { multiplyHigh } from "../requantize.js";

/** ln 2 in Q0.31. */
const LN2 = 1488522236;

const FRACTION_BITS = 16;

/**
 * ln(x / 2^point) in units of 2^-16: its binary logarithm is read bit by bit from repeated squares.
 *
 * @param x 1 to 2^31 − 1
 * @param point 0 to 31
 */
export function logarithm(x: number, point: number): number {
  const zeros = Math.clz32(x) - 1;
  let mantissa = x << zeros; // 1 to 2, in Q1.30
  let log2 = 0;
  for (let bit = 0; bit < FRACTION_BITS; bit++) {
    log2 <<= 1;
    // The square as Q2.29: multiplyHigh takes half of it, which is the next mantissa where the square is 2 or more.
    const square = multiplyHigh(mantissa, mantissa);
    if (square >= 1 << 30) {
      log2 |= 1;
      mantissa = square;
    } else mantissa = square << 1;
  }
  const whole = 30 - zeros - point;
  return multiplyHigh((whole << FRACTION_BITS) + log2, LN2);
}
