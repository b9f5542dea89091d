import type { WindowLayer } from "./constants.js";
import { greater, lesser, quotient } from "./integer.js";
import type { Memory } from "./layer.js";

/** Constants of a pool: outputDepth is inputDepth. */
export type Pool2dLayer = WindowLayer;

/** AVERAGE_POOL_2D, rolled: a tile is a run of output positions. */
export function averagePool2d(memory: Memory, layer: Pool2dLayer, tile: number): void {
  pool2d(memory.int8, layer, tile, average);
}

/** The same on int16. */
export function averagePool2d16(memory: Memory, layer: Pool2dLayer, tile: number): void {
  pool2d(memory.int16, layer, tile, average);
}

/** MAX_POOL_2D, rolled: a tile is a run of output positions. */
export function maxPool2d(memory: Memory, layer: Pool2dLayer, tile: number): void {
  pool2d(memory.int8, layer, tile, maximum);
}

/** The same on int16. */
export function maxPool2d16(memory: Memory, layer: Pool2dLayer, tile: number): void {
  pool2d(memory.int16, layer, tile, maximum);
}

/**
 * What a pool makes of the part of a window that lies on the input: `rows` × `columns` elements from index `at`, a row
 * `rowStride` and a column `columnStride` after the one before.
 */
type Reduce = (
  arena: Int8Array | Int16Array,
  at: number,
  rows: number,
  columns: number,
  rowStride: number,
  columnStride: number,
) => number;

function pool2d(arena: Int8Array | Int16Array, layer: Pool2dLayer, tile: number, reduce: Reduce): void {
  const { inputHeight, inputWidth, inputDepth, filterHeight, filterWidth } = layer;
  const { outputHeight, outputWidth, strideHeight, strideWidth, padTop, padLeft, min, max } = layer;
  const rowStride = inputWidth * inputDepth;
  let position = tile * layer.positionsPerTile;
  const end = lesser(position + layer.positionsPerTile, layer.positions);
  let output = layer.output + position * inputDepth;
  while (position < end) {
    const row = quotient(position, outputWidth);
    const column = position - row * outputWidth;
    const image = layer.input + quotient(row, outputHeight) * inputHeight * rowStride;
    const y = (row % outputHeight) * strideHeight - padTop;
    const top = greater(0, y);
    const rows = lesser(y + filterHeight, inputHeight) - top;
    let x = column * strideWidth - padLeft;
    for (const stop = lesser(position + outputWidth - column, end); position < stop; position++) {
      const left = greater(0, x);
      const columns = lesser(x + filterWidth, inputWidth) - left;
      let at = image + top * rowStride + left * inputDepth;
      for (const last = at + inputDepth; at < last; at++) {
        const q = reduce(arena, at, rows, columns, rowStride, inputDepth);
        arena[output++] = q < min ? min : q > max ? max : q;
      }
      x += strideWidth;
    }
  }
}

/** The mean, rounded half away from zero. */
function average(
  arena: Int8Array | Int16Array,
  at: number,
  rows: number,
  columns: number,
  rowStride: number,
  columnStride: number,
): number {
  let sum = 0;
  for (let y = 0; y < rows; y++) {
    let i = at + y * rowStride;
    for (let x = 0; x < columns; x++) {
      sum += arena[i];
      i += columnStride;
    }
  }
  const count = rows * columns;
  const half = count >> 1;
  return quotient(sum > 0 ? sum + half : sum - half, count);
}

function maximum(
  arena: Int8Array | Int16Array,
  at: number,
  rows: number,
  columns: number,
  rowStride: number,
  columnStride: number,
): number {
  let max = -32768;
  for (let y = 0; y < rows; y++) {
    let i = at + y * rowStride;
    for (let x = 0; x < columns; x++) {
      const q = arena[i];
      if (q > max) max = q;
      i += columnStride;
    }
  }
  return max;
}
