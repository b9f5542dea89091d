import { multiplyHigh, roundingShiftRight } from "../requantize.js";
import { logarithm } from "./logarithm.js";
import type { BackwardStep, GradientPlace, Training } from "./training.js";

/** Constants of the loss: softmax cross-entropy of int8 logits. */
export interface SoftmaxLossStep extends BackwardStep, GradientPlace {
  /** Of the first logit in the arena. */
  readonly logits: number;
  readonly classes: number;
  /** In `weights32`: entry d is exp(−d · scale) in Q0.31, as SOFTMAX has them. */
  readonly exponentials: number;
  /** Scale of the logits in units of 2^-16, as mantissa (Q0.31) and shift. */
  readonly scale: number;
  readonly scaleShift: number;
}

/** Exponentials are summed in Q12.19, as SOFTMAX does. */
const SUM_BITS = 12;
const FRACTION = 31 - SUM_BITS;

/** Bits of a probability. */
const ONE = 1 << 15;

/**
 * The gradient of the logits, probability less 1 for the label and probability for the others in Q15, and the loss. The division is
 * the one place where doubles are used: whole numbers below 2^53, and so the same on every engine.
 */
export function softmaxLoss(training: Training, step: SoftmaxLossStep): void {
  const { memory, gradients, exponents, label } = training;
  const { logits, classes, exponentials, gradient } = step;
  const { int8, weights32 } = memory;
  let max = -128;
  for (let c = 0; c < classes; c++) {
    const q = int8[logits + c];
    if (q > max) max = q;
  }
  const top = exponentials + max;
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += roundingShiftRight(weights32[top - int8[logits + c]], SUM_BITS);
  const half = sum >> 1;
  for (let c = 0; c < classes; c++) {
    const share = roundingShiftRight(weights32[top - int8[logits + c]], SUM_BITS);
    const probability = ((share * ONE + half) / sum) | 0;
    const q = c === label ? probability - ONE : probability;
    gradients[gradient + c] = q === ONE ? q - 1 : q;
  }
  exponents[step.exponent] = -15;
  const distance = (max - int8[logits + label]) << 16;
  const shift = step.scaleShift;
  training.loss =
    logarithm(sum, FRACTION) +
    (shift > 0
      ? multiplyHigh(distance, step.scale) << shift
      : roundingShiftRight(multiplyHigh(distance, step.scale), 0 - shift));
}
