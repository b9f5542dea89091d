/** gemmlowp's and TFLite's arithmetic on int16, computed at compile time. */

/** floor((a · b + 2^14) / 2^15): SaturatingRoundingDoublingHighMul for int16 with b ≥ 0. */
export function multiplyHigh16(a: number, b: number): number {
  return (a * b + (1 << 14)) >> 15;
}

/** a · b / 2^15, rounded towards zero: TFLite's SaturatingDoublingHighMul (reference/hard_swish.h) with b ≥ 0. */
export function multiplyHighTruncating16(a: number, b: number): number {
  return Math.trunc((a * b) / 2 ** 15);
}

/** x · 2^exponent inside the range of int16. */
export function saturatingShiftLeft16(x: number, exponent: number): number {
  return Math.max(-32768, Math.min(32767, x * 2 ** exponent));
}

/**
 * RoundingDivideByPOT for int16: x / 2^exponent, rounded half away from zero. From an exponent of 16 on its mask of 16
 * bits is −1, and it gives 1 for x ≥ 0 and −1 below.
 *
 * @param exponent 0 to 31
 */
export function roundingShiftRight16(x: number, exponent: number): number {
  const mask = int16(2 ** exponent - 1);
  const threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (int16(x & mask) > threshold ? 1 : 0);
}

/** DownScaleInt32ToInt16Multiplier (kernels/internal/common.h): a Q31 multiplier as Q15. */
export function q15(multiplier: number): number {
  return Math.min(32767, Math.floor((multiplier + (1 << 15)) / 2 ** 16));
}

function int16(x: number): number {
  return (x << 16) >> 16;
}
