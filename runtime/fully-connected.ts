import type { ScaledSumLayer } from "./constants.js";
import { lesser, quotient } from "./integer.js";
import type { Memory } from "./layer.js";
import { requantize } from "./requantize.js";

/** Constants of an int8 dense layer: input [batches, inputDepth], weights [outputDepth, inputDepth]. */
export interface FullyConnectedLayer extends ScaledSumLayer {
  readonly input: number;
  readonly inputDepth: number;
  readonly output: number;
  readonly outputDepth: number;
  /** batches · outputDepth, and how many of them one tile computes. */
  readonly outputs: number;
  readonly outputsPerTile: number;
}

/** FULLY_CONNECTED, rolled: a tile is a run of outputs. */
export function fullyConnected(memory: Memory, layer: FullyConnectedLayer, tile: number): void {
  const { inputDepth, inputOffset, outputDepth, outputZeroPoint, min, max, bias, multipliers, shifts } =
    layer;
  const arena = memory.int8;
  const weights8 = memory.weights8;
  const weights32 = memory.weights32;
  let o = tile * layer.outputsPerTile;
  const end = lesser(o + layer.outputsPerTile, layer.outputs);
  let channel = o % outputDepth;
  let row = layer.input + quotient(o, outputDepth) * inputDepth;
  let w = layer.weights + channel * inputDepth;
  for (; o < end; o++) {
    let acc = weights32[bias + channel];
    let i = row;
    for (const last = w + inputDepth; w < last; w++) {
      acc += weights8[w] * (arena[i] + inputOffset);
      i++; // under XS cheaper than as an expression
    }
    const q = requantize(acc, weights32[multipliers + channel], weights8[shifts + channel]) + outputZeroPoint;
    arena[layer.output + o] = q < min ? min : q > max ? max : q;
    if (++channel === outputDepth) {
      channel = 0;
      w = layer.weights;
      row += inputDepth;
    }
  }
}
