import type { Memory } from "../layer.js";
import { eachRun, type PatchWindow } from "./patch.js";
import { mantissaOf, scaled, shiftOf } from "./scale.js";
import { settle } from "./settle.js";
import type { BackwardStep, GradientPlace, InputGradientStep, Training } from "./training.js";
import { lanesOf } from "./words.js";

/** Constants of the gradient of a depthwise layer's weights; all of them are one row. */
export interface DepthwiseWeightsGradientStep extends BackwardStep, GradientPlace, PatchWindow {
  readonly outputDepth: number;
  readonly depthMultiplier: number;
  readonly columns: number;
  readonly velocity: number;
  /** In `weights32`, for each output channel: see scale.ts. */
  readonly factors: number;
  readonly limit: number;
  all(): bigint;
}

/** Adds up gradient · input, weight by weight, and then all of it to the velocity. */
export function depthwiseWeightsGradient(training: Training, step: DepthwiseWeightsGradientStep): void {
  const { memory, gradients, exponents, velocities, words, bytes, rate } = training;
  const { int8, weights32 } = memory;
  const { positions, inputDepth, inputOffset, outputDepth, depthMultiplier, columns, velocity } = step;
  const exponent = exponents[step.exponent];
  words.fill(0, 0, columns);
  let gradient = step.gradient;
  for (let position = 0; position < positions; position++)
    for (let channel = 0; channel < outputDepth; channel++) {
      const g = gradients[gradient++];
      if (g === 0) continue;
      const factor = weights32[step.factors + channel];
      const amount = scaled(g, mantissaOf(factor, rate), shiftOf(factor, exponent), step.limit);
      const depth = (channel / depthMultiplier) | 0;
      eachRun(step, position, (input, weight, length) => {
        let w = weight * depthMultiplier + channel;
        for (let i = step.input + input + depth; i < step.input + input + length; i += inputDepth) {
          words[w] += amount * (int8[i] + inputOffset);
          w += outputDepth;
        }
      });
    }
  const sign = step.all() << 31n;
  velocities[velocity] += lanesOf(bytes, 0, columns, sign);
}

/** Constants of the gradient of a depthwise layer's input. */
export interface DepthwiseInputGradientStep extends InputGradientStep, PatchWindow {
  readonly outputDepth: number;
  readonly depthMultiplier: number;
  /** Of the weights as the layer reads them: in the copy in RAM where `isHot`. */
  readonly weights: number;
  readonly isHot: boolean;
  /** As those of a convolution: see input-gradient.ts. */
  readonly scales: number;
  readonly scaleExponent: number;
  readonly shift: number;
}

/** Adds up weight · gradient, element by element. */
export function depthwiseInputGradient(training: Training, step: DepthwiseInputGradientStep): void {
  const { memory, gradients, exponents, words } = training;
  const { weights32 } = memory;
  const { positions, inputDepth, outputDepth, depthMultiplier, weights, scales, shift, toLength } = step;
  const { weights8 }: Memory = step.isHot ? memory.hot! : memory;
  words.fill(0, 0, toLength);
  const half = 1 << (14 + shift);
  let gradient = step.gradient;
  for (let position = 0; position < positions; position++)
    for (let channel = 0; channel < outputDepth; channel++) {
      const g = gradients[gradient++];
      if (g === 0) continue;
      const amount = (g * weights32[scales + channel] + half) >> (15 + shift);
      const depth = (channel / depthMultiplier) | 0;
      eachRun(step, position, (input, weight, length) => {
        let w = weights + weight * depthMultiplier + channel;
        for (let i = input + depth; i < input + length; i += inputDepth) {
          words[i] += amount * weights8[w];
          w += outputDepth;
        }
      });
    }
  settle(training, step, exponents[step.exponent] + step.scaleExponent + shift);
}
