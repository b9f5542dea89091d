/**
 * Gradients of outputs on their way to velocities: learning rate, batch and scales are in one factor for each output channel, which
 * `weights.bin` has as a word, its mantissa m (2^14 to 2^15 − 1) and above it its exponent x: m · 2^(x − 15).
 */
import { requantize } from "../requantize.js";

const MANTISSA = 0x7fff;
const RATE_BITS = 16;

/** The mantissa at a learning rate in units of 2^-16 of the greatest one. */
export function mantissaOf(factor: number, rate: number): number {
  return ((factor & MANTISSA) * rate) >> RATE_BITS;
}

/** By how many bits a product with the mantissa goes right, for gradients with some exponent; to the left where it is negative. */
export function shiftOf(factor: number, exponent: number): number {
  return 15 - (factor >> RATE_BITS) - exponent;
}

/**
 * gradient · mantissa / 2^shift, rounded, halves up, and not beyond ±limit: that is what proves velocities stay in their lanes.
 *
 * @param gradient at most 2^15 in magnitude
 */
export function scaled(gradient: number, mantissa: number, shift: number, limit: number): number {
  if (shift > 30) return 0;
  const product = gradient * mantissa;
  if (shift > 0) return within((product + (1 << (shift - 1))) >> shift, limit);
  return leftShifted(product, 0 - shift, limit);
}

/** The same of a sum of gradients, in int32. */
export function scaledSum(sum: number, mantissa: number, shift: number, limit: number): number {
  const left = 15 - shift;
  if (left < -31) return 0;
  if (left <= 0) return within(requantize(sum, mantissa << 16, left), limit);
  return leftShifted(requantize(sum, mantissa << 16, 0), left, limit);
}

function leftShifted(value: number, bits: number, limit: number): number {
  const most = bits > 30 ? 0 : limit >> bits;
  if (value > most) return limit;
  if (value < 0 - most) return 0 - limit;
  return bits > 30 ? 0 : value << bits;
}

function within(value: number, limit: number): number {
  return value > limit ? limit : value < 0 - limit ? 0 - limit : value;
}
