import type { Layer } from "../../../runtime/layer.js";

/** How often each part of a kernel's loops runs, by names that `constants.rolled` prices; `tile` is 1 in each tile. */
export type Counts = Readonly<Record<string, number>>;

/** Counts what a kernel of `runtime/` does in one tile, from the constants of its layer and never from data. */
export type Tally<L extends Layer = Layer> = (layer: Omit<L, keyof Layer>, tile: number) => Counts;

/** The units of a tile: from `first` to before `end`. */
export function unitsOf(tile: number, perTile: number, units: number) {
  const first = tile * perTile;
  return { first, end: Math.min(first + perTile, units) };
}

/** In how many rows of `width` the elements from `first` to before `end` lie. */
export function rowsOf(first: number, end: number, width: number): number {
  return Math.ceil(end / width) - Math.floor(first / width);
}
