import type { ScaledSumLayer } from "./constants.js";
import { lesser } from "./integer.js";
import type { Memory } from "./layer.js";

/** Constants of sums whose weights are few different values: `weights` are these, in `weights8`, and indexes say which is where. */
export interface CodebookLayer extends ScaledSumLayer {
  /** In `weights32`: for each output channel so many words of indexes, each of so many bits, the lowest first; none is cut in two. */
  readonly indexes: number;
  readonly filterWords: number;
  readonly indexBits: number;
}

/** Writes `count` weights of an output channel to the arena, from `to` on. */
export function unpackFilter(
  { int8, weights8, weights32 }: Memory,
  { weights, indexes, filterWords, indexBits }: CodebookLayer,
  channel: number,
  to: number,
  count: number,
): void {
  const mask = (1 << indexBits) - 1;
  const perWord = (32 / indexBits) | 0;
  let at = indexes + channel * filterWords;
  let i = to;
  for (const end = to + count; i < end; at++) {
    let word = weights32[at];
    for (const last = lesser(i + perWord, end); i < last; i++) {
      int8[i] = weights8[weights + (word & mask)];
      word >>= indexBits;
    }
  }
}
