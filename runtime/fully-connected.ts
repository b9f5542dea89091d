import type { Requantize, ScaledSumLayer, WideSumLayer } from "./constants.js";
import { lesser, quotient } from "./integer.js";
import type { Memory } from "./layer.js";
import { requantize } from "./requantize.js";
import { requantizeLong } from "./requantize-long.js";

/** Constants of a dense layer: input [batches, inputDepth], weights [outputDepth, inputDepth]. */
export interface FullyConnectedLayer extends ScaledSumLayer {
  readonly input: number;
  readonly inputDepth: number;
  readonly output: number;
  readonly outputDepth: number;
  /** batches · outputDepth, and how many of them one tile computes. */
  readonly outputs: number;
  readonly outputsPerTile: number;
}

/** With int16 activations. */
export type FullyConnected16Layer = FullyConnectedLayer & WideSumLayer;

/** FULLY_CONNECTED, rolled: a tile is a run of outputs. */
export function fullyConnected(memory: Memory, layer: FullyConnectedLayer, tile: number): void {
  sums(memory, memory.int8, memory.weights8, requantize, layer, tile);
}

/** The same with int16 activations. */
export function fullyConnected16(memory: Memory, layer: FullyConnected16Layer, tile: number): void {
  sums(memory, memory.int16, memory.weights8, layer.isLong ? requantizeLong : requantize, layer, tile);
}

/** The same with int16 weights, too: sums are always long. */
export function fullyConnected16x16(memory: Memory, layer: FullyConnected16Layer, tile: number): void {
  sums(memory, memory.int16, memory.weights16, requantizeLong, layer, tile);
}

function sums(
  { weights8, weights32 }: Memory,
  arena: Int8Array | Int16Array,
  weights: Int8Array | Int16Array,
  scale: Requantize,
  layer: FullyConnectedLayer,
  tile: number,
): void {
  const { inputDepth, inputOffset, outputDepth, outputZeroPoint, min, max, bias, multipliers, shifts } =
    layer;
  let o = tile * layer.outputsPerTile;
  const end = lesser(o + layer.outputsPerTile, layer.outputs);
  let channel = o % outputDepth;
  let row = layer.input + quotient(o, outputDepth) * inputDepth;
  let w = layer.weights + channel * inputDepth;
  for (; o < end; o++) {
    let acc = weights32[bias + channel];
    let i = row;
    for (const last = w + inputDepth; w < last; w++) {
      acc += weights[w] * (arena[i] + inputOffset);
      i++; // under XS cheaper than as an expression
    }
    const q = scale(acc, weights32[multipliers + channel], weights8[shifts + channel]) + outputZeroPoint;
    arena[layer.output + o] = q < min ? min : q > max ? max : q;
    if (++channel === outputDepth) {
      channel = 0;
      w = layer.weights;
      row += inputDepth;
    }
  }
}
