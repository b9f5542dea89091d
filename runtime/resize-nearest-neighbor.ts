import { lesser, quotient } from "./integer.js";
import type { Layer, Memory } from "./layer.js";

/** Constants of a nearest-neighbour resize of NHWC images. Offsets are in bytes unless said. */
export interface ResizeNearestNeighborLayer extends Layer {
  readonly input: number;
  /** Bytes of one input image and of one pixel. */
  readonly imageBytes: number;
  readonly pixelBytes: number;
  /** In `weights32`: where the source of each output row starts in its image, and that of each column in its row. */
  readonly rowStarts: number;
  readonly columnStarts: number;
  readonly output: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  /** Rows of all batches together, and rows that one tile copies. */
  readonly outputRows: number;
  readonly rowsPerTile: number;
}

/** RESIZE_NEAREST_NEIGHBOR: a tile is a band of output rows. */
export function resizeNearestNeighbor(memory: Memory, layer: ResizeNearestNeighborLayer, tile: number): void {
  const { pixelBytes, rowStarts, columnStarts, outputHeight, outputWidth } = layer;
  const arena = memory.int8;
  const weights32 = memory.weights32;
  const firstRow = tile * layer.rowsPerTile;
  const endRow = lesser(firstRow + layer.rowsPerTile, layer.outputRows);
  let to = layer.output + firstRow * outputWidth * pixelBytes;
  for (let row = firstRow; row < endRow; row++) {
    const y = row % outputHeight;
    const image = layer.input + quotient(row, outputHeight) * layer.imageBytes;
    const line = image + weights32[rowStarts + y];
    for (let x = 0; x < outputWidth; x++) {
      const from = line + weights32[columnStarts + x];
      arena.copyWithin(to, from, from + pixelBytes);
      to += pixelBytes;
    }
  }
}
