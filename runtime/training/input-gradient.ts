import { greater, lesser } from "../integer.js";
import { fromBytes } from "../lanes.js";
import type { Memory } from "../layer.js";
import { eachRun, type PatchWindow } from "./patch.js";
import { settle } from "./settle.js";
import type { InputGradientStep, Training } from "./training.js";
import { wordsOf } from "./words.js";

/** Constants of the gradient of a convolution's or a dense layer's input. */
export interface WindowInputGradientStep extends InputGradientStep, PatchWindow {
  readonly outputDepth: number;
  /** Weights of a channel, and how many of them are in one BigInt. */
  readonly columns: number;
  readonly lanes: number;
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
 * What windows have in common is added element by element. Long rows are taken part by part, so that little lives at once.
 */
export function windowInputGradient(training: Training, step: WindowInputGradientStep): void {
  const { exponents, words } = training;
  const { columns, lanes, toLength, shift } = step;
  words.fill(0, 0, toLength);
  for (let from = 0; from < columns; from += lanes) addPart(training, step, from);
  settle(training, step, exponents[step.exponent] + step.scaleExponent + shift);
}

/** Adds what the weights from `from` on, `lanes` of each row, make of all gradients. */
function addPart(training: Training, step: WindowInputGradientStep, from: number): void {
  const { memory, gradients, words } = training;
  const { positions, outputDepth, lanes, scales, shift } = step;
  const { weights32 } = memory;
  const all = step.all();
  const sign = all << 31n;
  const rows = rowsOf(training, step, from, all);
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
    const part = wordsOf(sums, lanes, sign);
    eachRun(step, position, (input, weight, length) => {
      const first = greater(weight, from);
      const end = lesser(weight + length, from + lanes);
      for (let w = first; w < end; w++) words[input + w - weight] += part[w - from];
    });
  }
}

/** Some weights of each output channel as lanes of 32 bits. They pass through the words behind the sums. */
function rowsOf(
  { memory, words, bytes }: Training,
  step: WindowInputGradientStep,
  from: number,
  all: bigint,
): bigint[] {
  const { outputDepth, columns, lanes, weights, isHot, toLength } = step;
  const { weights8 }: Memory = isHot ? memory.hot! : memory;
  const turned = all << 7n;
  const bits = all * 255n;
  const rows: bigint[] = [];
  for (let row = 0; row < outputDepth; row++) {
    const at = weights + row * columns + from;
    words.set(weights8.subarray(at, at + lanes), toLength);
    // Negative words lose what is above their byte, and with its sign bit turned that is w + 128.
    rows.push(((fromBytes(bytes, 4 * toLength, 4 * lanes) & bits) ^ turned) - turned);
  }
  return rows;
}
