/** Lloyd's algorithm on numbers in order: the nearest centre for each point, and for each centre what stands best for its points. */
import type { Points } from "./points.js";

/** Steps after which it ends in any case; errors get less with each one before. */
const MOST_STEPS = 1000;

/**
 * @param start in order
 * @param hasZero whether points that are nearest to 0 belong to it; it stays where it is
 * @returns centres in order, without those that nothing is nearest to
 */
export function lloyd(points: Points, start: readonly number[], hasZero: boolean): number[] {
  let centres = [...start];
  for (let step = 0; step < MOST_STEPS; step++) {
    const moved = moveCentres(points, centres, hasZero);
    if (moved.length === centres.length && moved.every((centre, i) => centre === centres[i])) break;
    centres = moved;
  }
  return centres;
}

function moveCentres(points: Points, centres: readonly number[], hasZero: boolean): number[] {
  const all = hasZero ? [...centres, 0].sort((a, b) => a - b) : centres;
  const zero = hasZero ? all.indexOf(0) : -1;
  const moved: number[] = [];
  let from = 0;
  all.forEach((centre, i) => {
    const next = all[i + 1];
    const to = next === undefined ? points.length : points.firstFrom((centre + next) / 2);
    if (i !== zero && to > from) moved.push(points.centre(from, to));
    from = Math.max(from, to);
  });
  return [...new Set(moved)].filter((centre) => !hasZero || centre !== 0);
}
