import type { Layer, Memory } from "./layer.js";

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
  /** Axes outside of a block, outermost first. */
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
  const end = Math.min(next + layer.runsPerTile, layer.runs);
  while (next < end) {
    const row = next % rows;
    let from = layer.from + row * fromStride;
    let to = layer.to + row * toStride;
    let block = ((next - row) / rows) | 0; // whole as it is: `| 0` makes the double that `/` leaves an int again
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const size = sizes[axis];
      const index = block % size;
      from += index * fromStrides[axis];
      to += index * toStrides[axis];
      block = ((block - index) / size) | 0;
    }
    const stop = Math.min(next + rows - row, end);
    while (next < stop) {
      arena.copyWithin(to, from, from + run);
      from += fromStride;
      to += toStride;
      next++;
    }
  }
}
