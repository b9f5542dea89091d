/** The values that points are to share. */
import { warmRandom } from "../prune/random.js";
import { lloyd } from "./lloyd.js";
import { MOST_POINTS, optima } from "./optimal.js";
import { type Point, Points } from "./points.js";
import { linear, plusPlus } from "./starts.js";

/** `optimal` is the best that there is; the others are Lloyd's algorithm, from where the literature begins. */
export type ClusterMethod = "optimal" | "linear" | "kmeans++";

export interface CentreOptions {
  readonly method: ClusterMethod;
  /** Of `kmeans++`. */
  readonly seed: number;
  /** Whether points may be 0 as well, beside their centres. */
  readonly hasZero: boolean;
  /** Whether centres are whole numbers. */
  readonly isWhole: boolean;
}

/** Centres in order, at most so many, none of them 0 where there is a zero; fewer where fewer do as well. */
export function centresOf(given: readonly Point[], most: number, options: CentreOptions): number[] {
  const { method, seed, hasZero, isWhole } = options;
  const points = new Points(given, isWhole);
  if (points.length === 0) return [];
  if (method === "optimal") return optimal(given, points, most, options);
  const start =
    method === "linear" ? linear(points, most, hasZero) : plusPlus(points, most, hasZero, warmRandom(seed));
  const rounded = isWhole ? [...new Set(start.map(Math.round))] : start;
  return lloyd(
    points,
    rounded.filter((centre) => !hasZero || centre !== 0),
    hasZero,
  );
}

function optimal(
  given: readonly Point[],
  points: Points,
  most: number,
  { hasZero, isWhole }: CentreOptions,
): number[] {
  const found = hasZero
    ? bothSides(given, most, isWhole)
    : optima(points.inCells(MOST_POINTS), most, false).centres(most);
  return points.length > MOST_POINTS ? lloyd(points, found, hasZero) : found;
}

/** With a zero, what is above it and what is below are apart: the best is some number of centres for the one and the rest for the other. */
function bothSides(given: readonly Point[], most: number, isWhole: boolean): number[] {
  const [above, below] = [1, -1].map((sign) => {
    const own = given.flatMap(({ value, weight }) =>
      sign * value > 0 ? [{ value: sign * value, weight }] : [],
    );
    return optima(new Points(own, isWhole).inCells(MOST_POINTS), most, true);
  });
  const error = (count: number) =>
    above.errors[Math.min(count, above.errors.length - 1)] +
    below.errors[Math.min(most - count, below.errors.length - 1)];
  let best = 0;
  for (let count = 1; count <= most; count++) if (error(count) < error(best)) best = count;
  const negative = below.centres(most - best).map((centre) => -centre);
  return [...negative.reverse(), ...above.centres(best)];
}
