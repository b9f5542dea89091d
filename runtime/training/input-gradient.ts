import { fromBytes } from "../lanes.js";
import type { Memory } from "../layer.js";
import { eachRun, type PatchWindow } from "./patch.js";
import { settle } from "./settle.js";
import type { InputGradientStep, Training } from "./training.js";
import { wordsOf } from "./words.js";

/** Constants of the gradient of a convolution's or a dense layer's input. */
export interface WindowInputGradientStep extends InputGradientStep, PatchWindow {
  readonly outputDepth: number;
  readonly columns: number;
  /** Of the weights as the layer reads them: in the copy in RAM where `isHot`. */
  readonly weights: number;
  readonly isHot: boolean;
  /** In `weights32`, for each output channel: the weights' scale as a part of 2^scaleExponent, in Q15. */
  readonly scales: number;
  readonly scaleExponent: number;
  /** Bits that products lose so that their sums stay in int32. */
  readonly shift: number;
  all(): bigint;
}

/**
 * Adds up weights · gradient, a row of weights at a time: the rows are lanes, the gradients of the output channels scalars.
 * What windows have in common is added element by element.
 */
export function windowInputGradient(training: Training, step: WindowInputGradientStep): void {
  const { memory, gradients, exponents, words } = training;
  const { positions, outputDepth, columns, scales, shift, toLength } = step;
  const { weights32 } = memory;
  const all = step.all();
  const sign = all << 31n;
  const rows = rowsOf(training, step, all);
  words.fill(0, 0, toLength);
  const half = 1 << (14 + shift);
  let gradient = step.gradient;
  for (let position = 0; position < positions; position++) {
    let sums = 0n;
    let isZero = true;
    for (let row = 0; row < outputDepth; row++) {
      const g = gradients[gradient++];
      if (g === 0) continue;
      const amount = (g * weights32[scales + row] + half) >> (15 + shift);
      if (amount === 0) continue;
      sums += rows[row] * BigInt(amount);
      isZero = false;
    }
    if (isZero) continue;
    const patch = wordsOf(sums, columns, sign);
    eachRun(step, position, (input, weight, length) => {
      for (let i = 0; i < length; i++) words[input + i] += patch[weight + i];
    });
  }
  settle(training, step, exponents[step.exponent] + step.scaleExponent + shift);
}

/** The weights of each output channel as lanes of 32 bits. */
function rowsOf({ memory, words, bytes }: Training, step: WindowInputGradientStep, all: bigint): bigint[] {
  const { outputDepth, columns, weights, isHot } = step;
  const { weights8 }: Memory = isHot ? memory.hot! : memory;
  const turned = all << 7n;
  const rows: bigint[] = [];
  for (let row = 0; row < outputDepth; row++) {
    const at = weights + row * columns;
    words.set(weights8.subarray(at, at + columns));
    // Negative words lose what is above their byte, and with its sign bit turned that is w + 128.
    rows.push(((fromBytes(bytes, 0, 4 * columns) & (all * 255n)) ^ turned) - turned);
  }
  return rows;
}
