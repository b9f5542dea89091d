/** Real factors as TFLM's fixed-point multipliers. */

/** A Q31 multiplier and a shift, positive to the left: factor = multiplier · 2^(shift − 31). */
export interface Multiplier {
  readonly multiplier: number;
  readonly shift: number;
}

/**
 * TFLite's QuantizeMultiplier (kernels/internal/quantization_util.cc): the mantissa rounded to 31 bits. A factor below
 * 2^-32 becomes 0.
 *
 * @param factor finite, at least 0
 */
export function quantizeMultiplier(factor: number): Multiplier {
  if (factor === 0) return { multiplier: 0, shift: 0 };
  let { mantissa, exponent } = frexp(factor);
  let multiplier = Math.round(mantissa * 2 ** 31); // exact: 53 bits of mantissa leave the half as it is
  if (multiplier === 2 ** 31) {
    multiplier /= 2;
    exponent += 1;
  }
  return exponent < -31 ? { multiplier: 0, shift: 0 } : { multiplier, shift: exponent };
}

/** factor = mantissa · 2^exponent with 0.5 ≤ mantissa < 1, as C's frexp. @param factor finite and above 0 */
export function frexp(factor: number): { mantissa: number; exponent: number } {
  let exponent = Math.max(-1023, Math.floor(Math.log2(factor)) + 1);
  let mantissa = factor * 2 ** -exponent;
  while (mantissa < 0.5) {
    mantissa *= 2;
    exponent -= 1;
  }
  while (mantissa >= 1) {
    mantissa /= 2;
    exponent += 1;
  }
  return { mantissa, exponent };
}
