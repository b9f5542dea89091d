import type { Layer, Memory } from "./layer.js";
import { requantize } from "./requantize.js";

/** Constants of an int8 dense layer: input [batches, inputDepth], weights [outputDepth, inputDepth]. */
export interface FullyConnectedLayer extends Layer {
  readonly input: number;
  readonly inputDepth: number;
  /** −(zero point of the input). */
  readonly inputOffset: number;
  /** In `weights8`. */
  readonly weights: number;
  /** In `weights32`; one an output, like the multipliers. */
  readonly bias: number;
  readonly multipliers: number;
  /** In `weights8`; one for each multiplier. */
  readonly shifts: number;
  readonly output: number;
  readonly outputDepth: number;
  /** batches · outputDepth, and how many of them one tile computes. */
  readonly outputs: number;
  readonly outputsPerTile: number;
  readonly outputZeroPoint: number;
  readonly min: number;
  readonly max: number;
}

/** FULLY_CONNECTED, rolled: a tile is a run of outputs. */
export function fullyConnected(memory: Memory, layer: FullyConnectedLayer, tile: number): void {
  const { inputDepth, inputOffset, outputDepth, outputZeroPoint, min, max, bias, multipliers, shifts } =
    layer;
  const arena = memory.int8;
  const weights8 = memory.weights8;
  const weights32 = memory.weights32;
  const first = tile * layer.outputsPerTile;
  const end = Math.min(first + layer.outputsPerTile, layer.outputs);
  for (let o = first; o < end; o++) {
    const channel = o % outputDepth;
    let i = layer.input + ((o - channel) / outputDepth) * inputDepth;
    let w = layer.weights + channel * inputDepth;
    const last = w + inputDepth;
    let acc = weights32[bias + channel];
    while (w < last) acc += weights8[w++] * (arena[i++] + inputOffset);
    const q = requantize(acc, weights32[multipliers + channel], weights8[shifts + channel]) + outputZeroPoint;
    arena[layer.output + o] = q < min ? min : q > max ? max : q;
  }
}
