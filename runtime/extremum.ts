import { type Elements, type ElementwiseLayer, elementwise } from "./elementwise.js";
import type { Memory } from "./layer.js";

/** Constants of MAXIMUM and MINIMUM: quantized values are compared as they are. */
export type ExtremumLayer = ElementwiseLayer;

/** MAXIMUM, rolled: a tile is a run of elements. */
export function maximum(memory: Memory, layer: ExtremumLayer, tile: number): void {
  elementwise(memory.int8, memory.weights8, layer, tile, maximumRun);
}

/** The same on int16. */
export function maximum16(memory: Memory, layer: ExtremumLayer, tile: number): void {
  elementwise(memory.int16, memory.weights16, layer, tile, maximumRun);
}

/** MINIMUM, rolled: a tile is a run of elements. */
export function minimum(memory: Memory, layer: ExtremumLayer, tile: number): void {
  elementwise(memory.int8, memory.weights8, layer, tile, minimumRun);
}

/** The same on int16. */
export function minimum16(memory: Memory, layer: ExtremumLayer, tile: number): void {
  elementwise(memory.int16, memory.weights16, layer, tile, minimumRun);
}

function maximumRun(
  { step1, step2 }: ExtremumLayer,
  input1: Elements,
  i1: number,
  input2: Elements,
  i2: number,
  output: Elements,
  o: number,
  count: number,
): void {
  const end = o + count;
  while (o < end) {
    const x = input1[i1];
    const y = input2[i2];
    output[o++] = x > y ? x : y;
    i1 += step1;
    i2 += step2;
  }
}

function minimumRun(
  { step1, step2 }: ExtremumLayer,
  input1: Elements,
  i1: number,
  input2: Elements,
  i2: number,
  output: Elements,
  o: number,
  count: number,
): void {
  const end = o + count;
  while (o < end) {
    const x = input1[i1];
    const y = input2[i2];
    output[o++] = x < y ? x : y;
    i1 += step1;
    i2 += step2;
  }
}
