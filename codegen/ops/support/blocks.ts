/** Copies by strides: one element of the source for each element of an index space, in as few and long runs as can be. */
import { DTYPE_BYTES, type DType } from "../../graph/graph.js";
import type { Shape } from "../operator.js";
import { cut } from "./tiles.js";

/** An axis of the index space: how many steps, and how far one leads at both places. */
export interface Axis {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** How far apart two neighbours along each axis of a row-major tensor are, in elements. */
export function strides(shape: Shape): number[] {
  const result = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) result[axis] = result[axis + 1] * shape[axis + 1];
  return result;
}

/**
 * The constants of a copy, named as copyBlocks names them, but for `from` and `to`; and how it is cut into steps.
 *
 * @param axes outermost first, strides in elements
 */
export function blocks(axes: readonly Axis[], dtype: DType) {
  const bytes = DTYPE_BYTES[dtype];
  const inBytes = axes.map(({ size, from, to }) => ({ size, from: from * bytes, to: to * bytes }));
  const outer = merge([...inBytes, { size: bytes, from: 1, to: 1 }]);
  const innermost = outer.at(-1);
  const run = innermost?.from === 1 && innermost.to === 1 ? outer.pop()!.size : 1;
  const { size: rows, from: fromStride, to: toStride } = outer.pop() ?? { size: 1, from: 0, to: 0 };
  const runs = outer.reduce((product, { size }) => product * size, rows);
  const { perTile, tiles, work } = cut(runs, 1);
  return {
    steps: { tiles, work },
    constants: {
      run,
      rows,
      fromStride,
      toStride,
      sizes: outer.map(({ size }) => size),
      fromStrides: outer.map(({ from }) => from),
      toStrides: outer.map(({ to }) => to),
      runs,
      runsPerTile: perTile,
    },
  };
}

/** The same index space with fewer axes: those of size 1 dropped, and those that walk on where the inner one ends joined. */
function merge(axes: readonly Axis[]): Axis[] {
  const merged: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const outer = merged.at(-1);
    if (outer && outer.from === axis.from * axis.size && outer.to === axis.to * axis.size)
      merged[merged.length - 1] = { ...axis, size: outer.size * axis.size };
    else merged.push(axis);
  }
  return merged;
}
