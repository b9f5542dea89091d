import type { Layer, Memory } from "./layer.js";

/** Constants of a function of one byte: a table with one entry for each of the 256 inputs. */
export interface LookupLayer extends Layer {
  /** Byte offsets in the arena. */
  readonly input: number;
  readonly output: number;
  readonly length: number;
  /** In `weights8`: entry b is the output byte for the input byte b (0 to 255, an int8 by its two's complement). */
  readonly table: number;
}

/** LOGISTIC, TANH, RELU and every other operator from one byte to one byte, whole in one tile. */
export function lookup(memory: Memory, layer: LookupLayer): void {
  const from = memory.uint8;
  const to = memory.int8;
  const weights8 = memory.weights8;
  const table = layer.table;
  let output = layer.output;
  let input = layer.input;
  const end = input + layer.length;
  while (input < end) to[output++] = weights8[table + from[input++]];
}
