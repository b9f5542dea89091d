import { lesser, quotient } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { stridedOffset } from "./strided.js";

/** Constants of a copy between two places in the arena along any number of axes. All offsets and strides are in bytes. */
export interface CopyBlocksLayer extends Layer {
  readonly from: number;
  readonly to: number;
  /** Bytes of a run: what lies side by side at both places. */
  readonly run: number;
  /** Runs in one block, and from the start of one to that of the next; negative where a slice goes backwards. */
  readonly rows: number;
  readonly fromStride: number;
  readonly toStride: number;
  /** Loops over blocks, innermost first. */
  readonly sizes: readonly number[];
  readonly fromStrides: readonly number[];
  readonly toStrides: readonly number[];
  /** Runs in all blocks, and how many one tile copies. */
  readonly runs: number;
  readonly runsPerTile: number;
}

/** TRANSPOSE, SLICE and STRIDED_SLICE: a tile is a range of runs in the order of the axes. */
export function copyBlocks(memory: Memory, layer: CopyBlocksLayer, tile: number): void {
  const { run, rows, fromStride, toStride, sizes, fromStrides, toStrides } = layer;
  const arena = memory.int8;
  let next = tile * layer.runsPerTile;
  const end = lesser(next + layer.runsPerTile, layer.runs);
  while (next < end) {
    const row = next % rows;
    const block = quotient(next, rows);
    let from = layer.from + stridedOffset(block, sizes, fromStrides) + row * fromStride;
    let to = layer.to + stridedOffset(block, sizes, toStrides) + row * toStride;
    const stop = lesser(next + rows - row, end);
    while (next < stop) {
      arena.copyWithin(to, from, from + run);
      from += fromStride;
      to += toStride;
      next++;
    }
  }
}
