/** How layers of planes may be computed, and the choice among it. */
import { type Geometry, span, words } from "./geometry.js";

/** One way to compute a layer. */
export interface Way {
  /** Bands of rows. */
  readonly bands: number;
  /** Whether its head computes rows in pairs (winograd.ts). */
  readonly isPaired: boolean;
}

/** The way that costs least. @param ways one at least, the plainest first */
export function cheapestWay(ways: readonly Way[], costOf: (way: Way) => number): Way {
  return least(ways, costOf);
}

/** How many bands tensors of a domain rest in: as many as cost least. @param numbers those that are possible, 1 first */
export function cheapestBands(numbers: readonly number[], costOf: (bands: number) => number): number {
  return least(numbers, costOf);
}

/** Words of planes below which operations take longer to begin than to compute. */
const LEAST_WORDS = 80;

/** Whether planes of a band are wide enough for bands to be worth a look. */
export function isWide(geometry: Geometry): boolean {
  return words(geometry, span(geometry)) >= LEAST_WORDS;
}

function least<T>(all: readonly T[], costOf: (it: T) => number): T {
  if (all.length === 1) return all[0];
  const costs = all.map(costOf);
  return all[costs.indexOf(Math.min(...costs))];
}
