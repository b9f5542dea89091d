import type { BackwardStep, GradientPlace, Training } from "./training.js";

/** Constants of a fused activation, or of RELU and RELU6. */
export interface ClampGradientStep extends BackwardStep, GradientPlace {
  /** Of the clamped values in the arena. */
  readonly output: number;
  readonly length: number;
  /** Gradients pass where values are greater than `low` and less than `high`. */
  readonly low: number;
  readonly high: number;
}

/** Takes the gradient away where the activation clamps. Its exponent stays. */
export function clampGradient({ memory, gradients }: Training, step: ClampGradientStep): void {
  const { int8 } = memory;
  const { gradient, length, low, high } = step;
  let o = step.output;
  for (let i = gradient; i < gradient + length; i++) {
    const q = int8[o];
    if (q <= low || q >= high) gradients[i] = 0;
    o++;
  }
}
