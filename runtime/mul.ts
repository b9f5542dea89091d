import { type Elements, type ElementwiseLayer, elementwise } from "./elementwise.js";
import type { Memory } from "./layer.js";
import { requantize } from "./requantize.js";

/** Constants of MUL. */
export interface MulLayer extends ElementwiseLayer {
  /** −(zero point of the input). */
  readonly offset1: number;
  readonly offset2: number;
  readonly multiplier: number;
  /** Positive to the left. */
  readonly shift: number;
  readonly outputZeroPoint: number;
  readonly min: number;
  readonly max: number;
}

/** MUL, rolled: a tile is a run of elements. */
export function mul(memory: Memory, layer: MulLayer, tile: number): void {
  elementwise(memory.int8, memory.weights8, layer, tile, mulRun);
}

/** The same on int16. */
export function mul16(memory: Memory, layer: MulLayer, tile: number): void {
  elementwise(memory.int16, memory.weights16, layer, tile, mulRun);
}

function mulRun(
  layer: MulLayer,
  input1: Elements,
  i1: number,
  input2: Elements,
  i2: number,
  output: Elements,
  o: number,
  count: number,
): void {
  const { step1, step2, offset1, offset2, multiplier, shift, outputZeroPoint, min, max } = layer;
  const end = o + count;
  while (o < end) {
    const product = (input1[i1] + offset1) * (input2[i2] + offset2);
    const q = requantize(product, multiplier, shift) + outputZeroPoint;
    output[o++] = q < min ? min : q > max ? max : q;
    i1 += step1;
    i2 += step2;
  }
}
