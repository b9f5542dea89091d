/**
 * Scaling of TensorFlow Lite Micro's sums in 64 bits: int16 activations times int8 weights, and those of int16 weights
 * that are scaled in the same way. Under XS a sum that leaves int32
 * turns into a double by itself, and is exact.
 */

/**
 * floor((acc · multiplier + 2^(14 − shift)) / 2^(15 − shift)): MultiplyByQuantizedMultiplier for an int64
 * (kernels/internal/common.cc), which rounds its multiplier to 15 bits.
 *
 * @param acc the sum, less what `packed` has of its bias; together below 2^53 in magnitude, and below 2^38 where shift ≥ 0, so
 *   that all of this is exact
 * @param packed the Q15 multiplier in the lower half; in the upper one the part of the bias beyond int32, in units of 2^32
 * @param shift −31 to 7, positive to the left
 * @returns a whole number; where it leaves int32 the compiler has refused the layer
 */
export function requantizeLong(acc: number, packed: number, shift: number): number {
  if (shift < 0 && packed >= 0 && packed < 0x8000 && acc < 0x20000000 && acc > -0x20000000) {
    // All in int32: the product's lower 15 bits cannot change what is above them.
    const product = (acc >> 15) * packed + (((acc & 0x7fff) * packed) >> 15);
    return (product + (1 << (-1 - shift))) >> (0 - shift);
  }
  const sum = acc + (packed >> 16) * 0x100000000;
  const multiplier = packed & 0x7fff;
  if (sum < 0x4000000000 && sum > -0x4000000000) {
    const half = powerOfTwo(14 - shift);
    return Math.floor((sum * multiplier + half) / (half + half));
  }
  const high = Math.floor(sum / 0x8000);
  const product = high * multiplier + (((sum - high * 0x8000) * multiplier) >> 15);
  const half = powerOfTwo(-1 - shift);
  return Math.floor((product + half) / (half + half));
}

/** 2^exponent, for exponents from 0 to 60. */
function powerOfTwo(exponent: number): number {
  return exponent > 30 ? 0x40000000 * (1 << (exponent - 30)) : 1 << exponent;
}
