import type { InputGradientStep, Training } from "./training.js";

/** Bits of a mantissa without its sign: one less than an Int16 has, so that rounding needs no check. */
const MANTISSA_BITS = 14;

/**
 * Makes the gradient of a layer's input of its sums, the first words: mantissas of 14 bits and one exponent for all of them,
 * rounded, halves up.
 *
 * @param exponent that of the sums, which are less than 2^30 in magnitude
 */
export function settle(training: Training, step: InputGradientStep, exponent: number): void {
  const { words, gradients, exponents } = training;
  const { to, toExponent, toLength } = step;
  let magnitudes = 0;
  for (let i = 0; i < toLength; i++) {
    const sum = words[i];
    magnitudes |= sum < 0 ? ~sum : sum;
  }
  const excess = 32 - Math.clz32(magnitudes) - MANTISSA_BITS;
  const shift = excess > 0 ? excess : 0;
  const half = shift > 0 ? 1 << (shift - 1) : 0;
  if (step.adds) add(training, step, exponent + shift, shift, half);
  else {
    for (let i = 0; i < toLength; i++) gradients[to + i] = (words[i] + half) >> shift;
    exponents[toExponent] = exponent + shift;
  }
}

/** Adds to the gradient that is there, at the greater exponent of both and one bit more. */
function add(
  { words, gradients, exponents }: Training,
  { to, toExponent, toLength }: InputGradientStep,
  exponent: number,
  shift: number,
  half: number,
): void {
  const before = exponents[toExponent];
  const common = before > exponent ? before : exponent;
  const own = downTo(common - exponent);
  const other = downTo(common - before);
  for (let i = 0; i < toLength; i++) {
    const sum = (((words[i] + half) >> shift) >> own) + (gradients[to + i] >> other);
    gradients[to + i] = (sum + 1) >> 1;
  }
  exponents[toExponent] = common + 1;
}

/** A shift of 31 leaves nothing of any mantissa. */
function downTo(bits: number): number {
  return bits > 31 ? 31 : bits;
}
