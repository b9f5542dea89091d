import { mantissaOf, scaledSum, shiftOf } from "./scale.js";
import type { BackwardStep, GradientPlace, Training } from "./training.js";

/** Constants of the gradient of biases. */
export interface BiasesGradientStep extends BackwardStep, GradientPlace {
  readonly positions: number;
  readonly outputDepth: number;
  readonly firstRow: number;
  readonly rows: number;
  /** Of `firstRow` in `biasVelocities`. */
  readonly velocity: number;
  /** In `weights32`, for each trained row: see scale.ts. */
  readonly factors: number;
  readonly limit: number;
}

/** Adds the sum of a channel's gradients to the velocity of its bias. */
export function biasesGradient(training: Training, step: BiasesGradientStep): void {
  const { memory, gradients, exponents, biasVelocities, rate } = training;
  const { weights32 } = memory;
  const { positions, outputDepth, rows, velocity, factors, limit } = step;
  const exponent = exponents[step.exponent];
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let g = step.gradient + step.firstRow + row;
    for (let position = 0; position < positions; position++) {
      sum += gradients[g];
      g += outputDepth;
    }
    if (sum === 0) continue;
    const factor = weights32[factors + row];
    biasVelocities[velocity + row] += scaledSum(
      sum,
      mantissaOf(factor, rate),
      shiftOf(factor, exponent),
      limit,
    );
  }
}
