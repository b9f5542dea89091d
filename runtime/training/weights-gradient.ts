import { type PatchWindow, patchLanes, readPatch } from "./patch.js";
import { mantissaOf, scaled, shiftOf } from "./scale.js";
import type { BackwardStep, GradientPlace, Training } from "./training.js";

/** Constants of the gradient of a convolution's or a dense layer's weights. */
export interface WeightsGradientStep extends BackwardStep, GradientPlace, PatchWindow {
  readonly outputDepth: number;
  /** Output channels that are trained: the first one, and how many. */
  readonly firstRow: number;
  readonly rows: number;
  /** Weights of a channel, and how many of them are in one BigInt. */
  readonly columns: number;
  readonly lanes: number;
  /** Of the first lanes of `firstRow` in `velocities`. */
  readonly velocity: number;
  /** In `weights32`, for each trained row: see scale.ts. */
  readonly factors: number;
  readonly limit: number;
  all(): bigint;
}

/** Adds gradient · input to velocities: one product and one sum of BigInts for many weights. */
export function weightsGradient(training: Training, step: WeightsGradientStep): void {
  const { velocities, words } = training;
  const { positions, rows, columns, lanes, inputOffset } = step;
  const all = step.all();
  const parts = (columns / lanes) | 0;
  for (let position = 0; position < positions; position++) {
    if (!readAmounts(training, step, position)) continue;
    readPatch(training, step, position, columns);
    for (let part = 0; part < parts; part++) {
      const inputs = patchLanes(training, part * lanes, lanes, inputOffset, all);
      let velocity = step.velocity + part;
      for (let row = 0; row < rows; row++) {
        const amount = words[columns + row];
        if (amount !== 0) velocities[velocity] += inputs * BigInt(amount);
        velocity += parts;
      }
    }
  }
}

/** Puts what inputs are to be multiplied with behind the words of the patch. @returns whether any of it is not 0 */
function readAmounts(training: Training, step: WeightsGradientStep, position: number): boolean {
  const { memory, gradients, exponents, words, rate } = training;
  const { weights32 } = memory;
  const { outputDepth, firstRow, rows, columns, factors, limit } = step;
  const exponent = exponents[step.exponent];
  const gradient = step.gradient + position * outputDepth + firstRow;
  let any = 0;
  for (let row = 0; row < rows; row++) {
    const g = gradients[gradient + row];
    let amount = 0;
    if (g !== 0) {
      const factor = weights32[factors + row];
      amount = scaled(g, mantissaOf(factor, rate), shiftOf(factor, exponent), limit);
      any |= amount;
    }
    words[columns + row] = amount;
  }
  return any !== 0;
}
