import { type Elements, type ElementwiseLayer, elementwise } from "./elementwise.js";
import type { Memory } from "./layer.js";
import { requantize } from "./requantize.js";

/** Constants of ADD and SUB. */
export interface AddLayer extends ElementwiseLayer {
  /** Bits by which inputs are scaled up before they are brought to one scale: 20, and 15 where they are int16. */
  readonly headroom: number;
  /** Input 2 is subtracted. */
  readonly subtract: boolean;
  /** −(zero point of the input), its Q31 multiplier and right shift: both inputs come to one scale. */
  readonly offset1: number;
  readonly multiplier1: number;
  readonly shift1: number;
  readonly offset2: number;
  readonly multiplier2: number;
  readonly shift2: number;
  /** From that scale to the output's. */
  readonly outputMultiplier: number;
  readonly outputShift: number;
  readonly outputZeroPoint: number;
  readonly min: number;
  readonly max: number;
}

/** ADD and SUB, rolled: a tile is a run of elements. */
export function add(memory: Memory, layer: AddLayer, tile: number): void {
  elementwise(memory.int8, memory.weights8, layer, tile, addRun);
}

/** The same on int16. */
export function add16(memory: Memory, layer: AddLayer, tile: number): void {
  elementwise(memory.int16, memory.weights16, layer, tile, addRun);
}

function addRun(
  layer: AddLayer,
  input1: Elements,
  i1: number,
  input2: Elements,
  i2: number,
  output: Elements,
  o: number,
  count: number,
): void {
  const { step1, step2, headroom, subtract, offset1, multiplier1, offset2, multiplier2 } = layer;
  const { outputMultiplier, outputZeroPoint, min, max } = layer;
  const shift1 = 0 - layer.shift1; // to the left; −shift1 would be a double where shift1 is 0
  const shift2 = 0 - layer.shift2;
  const outputShift = 0 - layer.outputShift;
  const end = o + count;
  while (o < end) {
    const shifted1 = (input1[i1] + offset1) << headroom;
    const shifted2 = (input2[i2] + offset2) << headroom;
    const scaled1 = requantize(shifted1, multiplier1, shift1);
    const scaled2 = requantize(shifted2, multiplier2, shift2);
    const sum = subtract ? scaled1 - scaled2 : scaled1 + scaled2;
    const q = requantize(sum, outputMultiplier, outputShift) + outputZeroPoint;
    output[o++] = q < min ? min : q > max ? max : q;
    i1 += step1;
    i2 += step2;
  }
}
