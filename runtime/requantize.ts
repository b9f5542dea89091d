/**
 * Fixed-point scaling with TensorFlow Lite Micro's double rounding, in int32 arithmetic only: under XS a product that
 * leaves 32 bits turns into a software double, so no intermediate value here does.
 */

/**
 * floor((a · b + 2^30) / 2^31), gemmlowp's SaturatingRoundingDoublingHighMul for b ≥ 0.
 *
 * @param a any int32
 * @param b int32, 0 ≤ b < 2^31
 */
export function multiplyHigh(a: number, b: number): number {
  // Schoolbook on 16-bit halves (Hacker's Delight, mulhs). Only the product of the two low halves can pass 2^31; imul
  // keeps its bits and the unsigned shift reads them.
  const aLow = a & 0xffff;
  const aHigh = a >> 16;
  const bLow = b & 0xffff;
  const bHigh = b >> 16;
  const middle = aHigh * bLow + (Math.imul(aLow, bLow) >>> 16);
  const high = aHigh * bHigh + (middle >> 16) + ((aLow * bHigh + (middle & 0xffff)) >> 16);
  const low = Math.imul(a, b);
  // The product shifted right by 31, plus the bit that was shifted out last: that rounds half up.
  return ((high << 1) | (low >>> 31)) + ((low >>> 30) & 1);
}

/**
 * x / 2^exponent, rounded half away from zero (gemmlowp's RoundingDivideByPOT).
 *
 * @param exponent 0 to 31
 */
export function roundingShiftRight(x: number, exponent: number): number {
  const mask = (1 << exponent) - 1;
  const threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

/**
 * x · multiplier · 2^(shift − 31) as TFLM computes it: MultiplyByQuantizedMultiplier, double rounding.
 *
 * @param x int32; x · 2^shift must stay inside 32 bits where shift > 0
 * @param multiplier Q31, 0 or 2^30 ≤ multiplier < 2^31
 * @param shift −31 to 30, positive to the left
 */
export function requantize(x: number, multiplier: number, shift: number): number {
  if (shift > 0) return multiplyHigh(x << shift, multiplier);
  if (x > 0x3fff8000 || x < -0x40000000) return roundingShiftRight(multiplyHigh(x, multiplier), -shift);
  // Both in place, at less than half the cost: halves of 15 bits, x's lower one signed, keep every sum inside int32, but only just.
  const xHigh = (x + 0x4000) >> 15;
  const xLow = x - (xHigh << 15);
  const high = multiplier >> 15;
  const low = multiplier & 0x7fff;
  const product = (xHigh * high + ((xHigh * low + xLow * high + ((xLow * low) >> 15)) >> 15) + 1) >> 1;
  return shift === 0 ? product : (((product < 0 ? product - 1 : product) >> (-1 - shift)) + 1) >> 1;
}
