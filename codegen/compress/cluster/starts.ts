/** Where Lloyd's algorithm may begin. */
import type { Points } from "./points.js";

/**
 * So many centres at equal distances from the least point to the greatest (Han et al. 2016, arXiv:1510.00149, section 3.2).
 *
 * @param hasZero whether 0 is a centre beside them: it takes the place of the one next to it
 */
export function linear({ values }: Points, count: number, hasZero: boolean): number[] {
  const [least, greatest] = [values[0], values[values.length - 1]];
  if (hasZero) {
    const all = equallyFar(Math.min(least, 0), Math.max(greatest, 0), count + 1);
    const distances = all.map(Math.abs);
    return all.toSpliced(distances.indexOf(Math.min(...distances)), 1);
  }
  return count === 1 ? [(least + greatest) / 2] : equallyFar(least, greatest, count);
}

function equallyFar(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

/**
 * k-means++ (Arthur & Vassilvitskii 2007): each further centre is a point, taken with a probability in proportion to its squared
 * distance from the nearest of those that there are.
 *
 * @param next numbers from 0 to below 1
 * @param hasZero whether 0 is a centre from the beginning
 */
export function plusPlus(points: Points, count: number, hasZero: boolean, next: () => number): number[] {
  const { values } = points;
  const chosen = new Set<number>();
  const distances = Float64Array.from(
    values,
    (value, i) => points.weight(i, i + 1) * (hasZero ? value ** 2 : 1),
  );
  while (chosen.size < count) {
    const total = distances.reduce((sum, distance) => sum + distance, 0);
    if (total === 0) break; // each point is a centre
    const centre = values[drawn(distances, next() * total)];
    const isFirst = chosen.size === 0 && !hasZero;
    chosen.add(centre);
    values.forEach((value, i) => {
      const distance = points.weight(i, i + 1) * (value - centre) ** 2;
      distances[i] = isFirst ? distance : Math.min(distances[i], distance);
    });
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The place in which a part of a sum lies. */
function drawn(parts: Float64Array, at: number): number {
  let left = at;
  const found = parts.findIndex((part) => {
    left -= part;
    return left < 0;
  });
  return found >= 0 ? found : parts.findLastIndex((part) => part > 0);
}
