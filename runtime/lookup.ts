import { lesser } from "./integer.js";
import type { Layer, Memory } from "./layer.js";

/** Constants of a function of one byte: a table with one entry for each of the 256 inputs. */
export interface LookupLayer extends Layer {
  /** Byte offsets in the arena. */
  readonly input: number;
  readonly output: number;
  /** How many there are, and how many of them one tile computes. */
  readonly elements: number;
  readonly elementsPerTile: number;
  /** In `weights8`: entry b is the output byte for the input byte b (0 to 255, an int8 by its two's complement). */
  readonly table: number;
}

/** LOGISTIC, TANH, RELU and every other operator from one byte to one byte: a tile is a run of elements. */
export function lookup(memory: Memory, layer: LookupLayer, tile: number): void {
  const from = memory.uint8;
  const to = memory.int8;
  const weights8 = memory.weights8;
  const table = layer.table;
  const first = tile * layer.elementsPerTile;
  const last = lesser(first + layer.elementsPerTile, layer.elements);
  let output = layer.output + first;
  let input = layer.input + first;
  const end = layer.input + last;
  while (input < end) to[output++] = weights8[table + from[input++]];
}
