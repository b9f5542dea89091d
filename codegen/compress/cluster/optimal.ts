/**
 * The clusters of least squared error. Numbers on a line need no search that may end in a local minimum: clusters are runs of
 * neighbours, and the best runs are found by dynamic programming (Wang & Song 2011, Ckmeans.1d.dp, The R Journal 3/2). What a last
 * run begins with moves only upwards with its end, so that each step divides and conquers: O(k n log n).
 */
import type { Points } from "./points.js";

/** Beyond so many different values neighbours are taken together first, and centres are moved to where they belong then. */
export const MOST_POINTS = 8192;

/** The best centres, by how many there are. */
export interface Optima {
  /** Σ of squared errors with 0, 1, … centres; infinite where there are points and nothing stands for them. */
  readonly errors: readonly number[];
  /** In order. */
  centres(count: number): number[];
}

/**
 * @param points in their order. With a zero, none of them below it
 * @param most how many centres there may be
 * @param hasZero whether points may count as 0 as well, beside those centres
 */
export function optima(points: Points, most: number, hasZero: boolean): Optima {
  const n = points.length;
  const count = Math.min(most, n);
  // What the first j points come to at least, with so many centres as there were steps.
  let before = Float64Array.from({ length: n + 1 }, (_, j) =>
    j === 0 ? 0 : hasZero ? points.error(0, j, 0) : Number.POSITIVE_INFINITY,
  );
  const errors = [before[n]];
  const cuts: Int32Array[] = [];
  for (let k = 1; k <= count; k++) {
    const { best, cut } = withOneMore(points, before);
    before = best;
    cuts.push(cut);
    errors.push(best[n]);
  }
  return {
    errors,
    centres: (wanted) => {
      const centres: number[] = [];
      let to = n;
      for (let k = Math.min(wanted, count); k > 0 && to > 0; k--) {
        const from = cuts[k - 1][to];
        if (from < to) centres.unshift(points.centre(from, to));
        to = from;
      }
      return centres;
    },
  };
}

/** Adds a run at the end: `cut[j]` is where the last run of the first j points begins. A run may be empty. */
function withOneMore(points: Points, before: Float64Array) {
  const n = points.length;
  const best = new Float64Array(n + 1);
  const cut = new Int32Array(n + 1);
  const fill = (low: number, high: number, first: number, last: number): void => {
    if (low > high) return;
    const j = (low + high) >> 1;
    let least = before[j];
    let at = j;
    for (let i = Math.min(last, j - 1); i >= first; i--) {
      const error = before[i] + points.error(i, j, points.centre(i, j));
      if (error < least) {
        least = error;
        at = i;
      }
    }
    best[j] = least;
    cut[j] = at;
    fill(low, j - 1, first, at);
    fill(j + 1, high, at, last);
  };
  fill(1, n, 0, n - 1);
  return { best, cut };
}
