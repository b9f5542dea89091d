import type { CodebookLayer } from "./codebook.js";
import type { Requantize } from "./constants.js";
import type { FullyConnectedLayer } from "./fully-connected.js";
import { lesser, quotient } from "./integer.js";
import type { Memory } from "./layer.js";
import { requantize } from "./requantize.js";
import { requantizeLong } from "./requantize-long.js";

/** Constants of a dense layer with a codebook. */
export interface CodebookFullyConnectedLayer extends FullyConnectedLayer, CodebookLayer {}

/** With int16 activations. */
export interface CodebookFullyConnected16Layer extends CodebookFullyConnectedLayer {
  readonly isLong: boolean;
}

/** FULLY_CONNECTED with a codebook: each weight is looked up where it is used, for with one batch that is once. */
export function codebookFullyConnected(
  memory: Memory,
  layer: CodebookFullyConnectedLayer,
  tile: number,
): void {
  sums(memory, memory.int8, requantize, layer, tile);
}

/** The same with int16 activations. */
export function codebookFullyConnected16(
  memory: Memory,
  layer: CodebookFullyConnected16Layer,
  tile: number,
): void {
  sums(memory, memory.int16, layer.isLong ? requantizeLong : requantize, layer, tile);
}

function sums(
  { weights8, weights32 }: Memory,
  arena: Int8Array | Int16Array,
  scale: Requantize,
  layer: CodebookFullyConnectedLayer,
  tile: number,
): void {
  const { inputDepth, inputOffset, outputDepth, outputZeroPoint, min, max, bias, multipliers, shifts } =
    layer;
  const { weights, indexes, filterWords, indexBits } = layer;
  const mask = (1 << indexBits) - 1;
  const perWord = (32 / indexBits) | 0;
  let o = tile * layer.outputsPerTile;
  const end = lesser(o + layer.outputsPerTile, layer.outputs);
  for (; o < end; o++) {
    const batch = quotient(o, outputDepth);
    const channel = o - batch * outputDepth;
    let acc = weights32[bias + channel];
    let i = layer.input + batch * inputDepth;
    let at = indexes + channel * filterWords;
    for (const rowEnd = i + inputDepth; i < rowEnd; at++) {
      let word = weights32[at];
      for (const last = lesser(i + perWord, rowEnd); i < last; i++) {
        acc += weights8[weights + (word & mask)] * (arena[i] + inputOffset);
        word >>= indexBits;
      }
    }
    const q = scale(acc, weights32[multipliers + channel], weights8[shifts + channel]) + outputZeroPoint;
    arena[layer.output + o] = q < min ? min : q > max ? max : q;
  }
}
