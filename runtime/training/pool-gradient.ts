import { quotient } from "../integer.js";
import { eachRun, type PatchWindow } from "./patch.js";
import { settle } from "./settle.js";
import type { InputGradientStep, Training } from "./training.js";

/** Constants of a pool's gradient; a mean over whole images is a pool of one window. */
export type PoolGradientStep = InputGradientStep & PatchWindow;

/** Bits by which shares are finer than gradients. */
const SHARE_BITS = 15;

/** AVERAGE_POOL_2D and MEAN: each element of a window takes an equal share of its gradient. */
export function averageGradient(training: Training, step: PoolGradientStep): void {
  const { gradients, exponents, words } = training;
  const { positions, outputDepth, toLength } = step;
  words.fill(0, 0, toLength);
  for (let position = 0; position < positions; position++) {
    let elements = 0;
    eachRun(step, position, (_input, _weight, length) => {
      elements += length;
    });
    const share = quotient(outputDepth << SHARE_BITS, elements);
    const gradient = step.gradient + position * outputDepth;
    eachRun(step, position, (input, _weight, length) => {
      let channel = 0;
      for (let i = input; i < input + length; i++) {
        words[i] += gradients[gradient + channel] * share;
        if (++channel === outputDepth) channel = 0;
      }
    });
  }
  settle(training, step, exponents[step.exponent] - SHARE_BITS);
}

/** MAX_POOL_2D: the first of the greatest elements of a window takes its gradient. */
export function maximumGradient(training: Training, step: PoolGradientStep): void {
  const { memory, gradients, exponents, words } = training;
  const { int8 } = memory;
  const { positions, outputDepth, toLength, input: start } = step;
  words.fill(0, 0, toLength);
  let gradient = step.gradient;
  for (let position = 0; position < positions; position++)
    for (let channel = 0; channel < outputDepth; channel++) {
      let most = -129;
      let at = 0;
      eachRun(step, position, (input, _weight, length) => {
        for (let i = input + channel; i < input + length; i += outputDepth) {
          const q = int8[start + i];
          if (q > most) {
            most = q;
            at = i;
          }
        }
      });
      words[at] += gradients[gradient++];
    }
  settle(training, step, exponents[step.exponent]);
}
