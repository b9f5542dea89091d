/** How layers of planes may be computed, and the choice among it. */
import { span, words } from "../../graph/lanes.js";
import type { Geometry } from "./geometry.js";

/** One way to compute a layer. */
export interface Way {
  /** Bands of rows. */
  readonly bands: number;
  /** Whether its head computes rows in pairs (winograd.ts). */
  readonly isPaired: boolean;
}

/** How the tensors of a domain rest. */
export interface Rest {
  readonly bands: number;
  /** Whether bands have their even rows before the odd ones. */
  readonly isHalved: boolean;
}

/** The way that costs least. @param ways one at least, the plainest first */
export function cheapestWay(ways: readonly Way[], costOf: (way: Way) => number): Way {
  return least(ways, costOf);
}

/** How tensors of a domain rest: as it costs least. @param rests those that are possible, the plainest first */
export function cheapestRest(rests: readonly Rest[], costOf: (rest: Rest) => number): Rest {
  return least(rests, costOf);
}

/** Words of planes below which operations take longer to begin than to compute. */
const LEAST_WORDS = 160;

/** Whether planes of a band are wide enough for bands to be worth a look. */
export function isWide(geometry: Geometry): boolean {
  return words(geometry, span(geometry)) >= LEAST_WORDS;
}

function least<T>(all: readonly T[], costOf: (it: T) => number): T {
  if (all.length === 1) return all[0];
  const costs = all.map(costOf);
  return all[costs.indexOf(Math.min(...costs))];
}
