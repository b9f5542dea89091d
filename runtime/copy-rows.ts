import { lesser } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { operandData, operandOffset } from "./operand.js";

/** Constants of copies of parts, each `rows` runs of bytes at even distances. The lists have one entry a part. */
export interface CopyRowsLayer extends Layer {
  /** Operands: see operand.ts. */
  readonly from: readonly number[];
  /** Bytes from the start of one run to that of the next. */
  readonly fromStrides: readonly number[];
  /** Byte offsets in the arena. */
  readonly to: readonly number[];
  readonly toStrides: readonly number[];
  /** Bytes of one run. */
  readonly runs: readonly number[];
  readonly rows: number;
  readonly rowsPerTile: number;
}

/** CONCATENATION, SPLIT, PACK, UNPACK and streaming variables: a tile is a band of rows of every part. */
export function copyRows(memory: Memory, layer: CopyRowsLayer, tile: number): void {
  const arena = memory.int8;
  const first = tile * layer.rowsPerTile;
  const rows = lesser(layer.rowsPerTile, layer.rows - first);
  const parts = layer.runs.length;
  for (let part = 0; part < parts; part++) {
    const run = layer.runs[part];
    const place = layer.from[part];
    const data = operandData(place, arena, memory.weights8);
    const fromStride = layer.fromStrides[part];
    const toStride = layer.toStrides[part];
    let from = operandOffset(place) + first * fromStride;
    let to = layer.to[part] + first * toStride;
    for (let row = 0; row < rows; row++) {
      if (data === arena) arena.copyWithin(to, from, from + run);
      else for (let i = 0; i < run; i++) arena[to + i] = data[from + i];
      from += fromStride;
      to += toStride;
    }
  }
}
