/** Kernels that move bytes. A native copy moves words where both ends are aligned, and else bytes. */
import type { CopyBlocksLayer } from "../../../runtime/copy-blocks.js";
import type { CopyRowsLayer } from "../../../runtime/copy-rows.js";
import type { PadLayer } from "../../../runtime/pad.js";
import type { ResizeNearestNeighborLayer } from "../../../runtime/resize-nearest-neighbor.js";
import { stridedOffset } from "../../../runtime/strided.js";
import { rowsOf, type Tally, unitsOf } from "./tally.js";

/** Native copies, and what they move. */
class Moves {
  copy = 0;
  movedWord = 0;
  movedByte = 0;

  add(from: number, to: number, bytes: number): void {
    const aligned = from % 4 === 0 && to % 4 === 0;
    this.copy++;
    this.movedWord += aligned ? bytes >> 2 : 0;
    this.movedByte += aligned ? bytes & 3 : bytes;
  }
}

export const copyBlocks: Tally<CopyBlocksLayer> = (layer, tile) => {
  const { run, rows, fromStride, toStride, sizes, fromStrides, toStrides } = layer;
  const { first, end } = unitsOf(tile, layer.runsPerTile, layer.runs);
  const moves = new Moves();
  for (let next = first; next < end; next++) {
    const row = next % rows;
    const block = Math.floor(next / rows);
    moves.add(
      layer.from + stridedOffset(block, sizes, fromStrides) + row * fromStride,
      layer.to + stridedOffset(block, sizes, toStrides) + row * toStride,
      run,
    );
  }
  const block = rowsOf(first, end, rows);
  return { tile: 1, block, axis: 2 * block * sizes.length, ...moves };
};

export const pad: Tally<PadLayer> = (layer, tile) => ({
  ...copyBlocks(layer, tile),
  filled: tile === 0 ? layer.length : 0,
});

export const copyRows: Tally<CopyRowsLayer> = (layer, tile) => {
  const { from, fromStrides, to, toStrides, runs, rows, rowsPerTile } = layer;
  const { first, end } = unitsOf(tile, rowsPerTile, rows);
  const moves = new Moves();
  let constantElement = 0;
  runs.forEach((run, part) => {
    const isConstant = from[part] < 0;
    for (let row = first; row < end; row++)
      if (isConstant) constantElement += run;
      else moves.add(from[part] + row * fromStrides[part], to[part] + row * toStrides[part], run);
  });
  const row = runs.length * (end - first);
  return { tile: 1, part: runs.length, row, constantElement, ...moves };
};

/** Where a pixel of the input lies is not looked at: all pixels are aligned, or taken not to be. */
export const resizeNearestNeighbor: Tally<ResizeNearestNeighborLayer> = (layer, tile) => {
  const { pixelBytes, outputWidth, outputRows, rowsPerTile } = layer;
  const { first, end } = unitsOf(tile, rowsPerTile, outputRows);
  const moves = new Moves();
  for (let i = 0; i < (end - first) * outputWidth; i++) moves.add(0, pixelBytes, pixelBytes);
  return { tile: 1, row: end - first, ...moves };
};
