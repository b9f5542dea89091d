import { greater, lesser } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { requantize } from "./requantize.js";

/** Constants of SOFTMAX over rows of `depth` int16 values. */
export interface Softmax16Layer extends Layer {
  /** In the arena as int16; the output has scale 2^-15 and zero point 0. */
  readonly input: number;
  readonly output: number;
  readonly depth: number;
  readonly rows: number;
  readonly rowsPerTile: number;
  /** Of a difference to the row's maximum, to steps of 10 / 65535. */
  readonly multiplier: number;
  readonly shift: number;
  /** Tables of 513 entries in `weights16`: exp(x) for x = −10 to 0, and 1 / (1 + x) for x = 0 to 1, in Q0.15. */
  readonly exponentials: number;
  readonly reciprocals: number;
}

/** The last place of a table. */
const END = 0xffff;

/** SOFTMAX of int16, rolled: a tile is a run of rows. Exponentials wait in the output for their sum. */
export function softmax16({ int16, weights16 }: Memory, layer: Softmax16Layer, tile: number): void {
  const { depth, multiplier, shift, exponentials } = layer;
  const firstRow = tile * layer.rowsPerTile;
  const endRow = lesser(firstRow + layer.rowsPerTile, layer.rows);
  for (let row = firstRow; row < endRow; row++) {
    const start = layer.input + row * depth;
    const end = start + depth;
    let max = -32768;
    for (let i = start; i < end; i++) {
      const q = int16[i];
      if (q > max) max = q;
    }
    const first = layer.output + row * depth;
    let sum = 0;
    let output = first;
    for (let i = start; i < end; i++) {
      const below = requantize(int16[i] - max, multiplier, shift);
      const exponential = interpolated(weights16, exponentials, greater(below + END, 0));
      int16[output++] = exponential;
      sum += exponential;
    }
    // sum = (1 + fraction) · 2^(31 − headroom) with 16 bits of fraction, rounded
    const headroom = Math.clz32(sum);
    const fraction = ((((sum << (headroom - 1)) >> 13) + 1) >> 1) - 0x10000;
    const scale = interpolated(weights16, layer.reciprocals, lesser(fraction, END));
    const toOutput = 31 - headroom;
    const half = 1 << (toOutput - 1);
    for (let i = first; i < output; i++) int16[i] = lesser((int16[i] * scale + half) >> toOutput, 32767);
  }
}

/** What lies at a place from 0 to 65535 between a table's ends: TFLite's LUTLookup (kernels/internal/common.h). */
function interpolated(table: Int16Array, at: number, place: number): number {
  const entry = at + (place >> 7);
  const from = table[entry];
  return from + (((table[entry + 1] - from) * (place & 0x7f) + 64) >> 7);
}
