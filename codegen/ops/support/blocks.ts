/** Copies by strides: one element of the source for each element of an index space, in as few and long runs as can be. */
import { DTYPE_BYTES, type DType } from "../../graph/graph.js";
import { fuse } from "./loops.js";
import { cut } from "./tiles.js";

/** An axis of the index space: how many steps, and how far one leads at both places. */
export interface Axis {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The constants of a copy, named as copyBlocks names them, but for `from` and `to`; and how it is cut into steps.
 *
 * @param axes outermost first, strides in elements
 */
export function blocks(axes: readonly Axis[], dtype: DType) {
  const bytes = DTYPE_BYTES[dtype];
  const loops = fuse([
    ...axes.map(({ size, from, to }) => ({ size, strides: [from * bytes, to * bytes] })),
    { size: bytes, strides: [1, 1] },
  ]);
  const run = loops[0]?.strides.every((stride) => stride === 1) ? loops.shift()!.size : 1;
  const [row = { size: 1, strides: [0, 0] }, ...outer] = loops;
  const runs = outer.reduce((product, { size }) => product * size, row.size);
  const { perTile, tiles, work } = cut(runs, 1);
  return {
    steps: { tiles, work },
    constants: {
      run,
      rows: row.size,
      fromStride: row.strides[0],
      toStride: row.strides[1],
      sizes: outer.map(({ size }) => size),
      fromStrides: outer.map(({ strides }) => strides[0]),
      toStrides: outer.map(({ strides }) => strides[1]),
      runs,
      runsPerTile: perTile,
    },
  };
}
