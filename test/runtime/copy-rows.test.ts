import { expect, test } from "vitest";
import { copyRows } from "../../runtime/copy-rows.js";
import { memoryOf } from "../support/memory.js";

/** Rows of 2 bytes from the arena and of 3 constant ones, side by side. */
const layer = (rowsPerTile: number) => ({
  name: "join",
  kernel: copyRows,
  tiles: Math.ceil(5 / rowsPerTile),
  from: [4, -1 - 8],
  fromStrides: [2, 3],
  to: [16, 18],
  toStrides: [5, 5],
  runs: [2, 3],
  rows: 5,
  rowsPerTile,
});

test.each([1, 2, 5])("rows of computed and of constant parts, %i a tile", (rowsPerTile) => {
  const weights = Uint8Array.from({ length: 24 }, (_, i) => 100 + i);
  const memory = memoryOf(44, weights);
  for (let i = 0; i < 16; i++) memory.int8[i] = i;
  const join = layer(rowsPerTile);
  for (let tile = 0; tile < join.tiles; tile++) copyRows(memory, join, tile);
  expect([...memory.uint8.slice(14, 43)]).toEqual([
    ...[14, 15],
    ...[4, 5, 108, 109, 110],
    ...[6, 7, 111, 112, 113],
    ...[8, 9, 114, 115, 116],
    ...[10, 11, 117, 118, 119],
    ...[12, 13, 120, 121, 122],
    ...[0, 0],
  ]);
});
