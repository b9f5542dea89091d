import { settle } from "./settle.js";
import type { GradientPlace, InputGradientStep, Training } from "./training.js";

/** Constants of what hands its output's gradient on as it is: ADD, RELU. */
export type CopyGradientStep = InputGradientStep & GradientPlace;

/** The input's gradient is the output's. */
export function copyGradient(training: Training, step: CopyGradientStep): void {
  const { gradients, exponents, words } = training;
  const { gradient, toLength } = step;
  for (let i = 0; i < toLength; i++) words[i] = gradients[gradient + i];
  settle(training, step, exponents[step.exponent]);
}
