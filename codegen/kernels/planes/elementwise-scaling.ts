/** A weighted sum of two bytes as one multiplication each and one shift, exact for every pair of bytes. */

/** What an operator makes of all pairs of its inputs' lane values. */
export interface PairTable {
  /** How many values each input takes, from 0 on. */
  readonly first: number;
  readonly second: number;
  /** Output less its least value, of (v1, v2) at v1 · second + v2. */
  readonly outputs: Uint8Array;
  /** Most that an output is above the least. */
  readonly most: number;
}

/** The real numbers behind a table: output = first · v1 + second · v2 + offset, before it is rounded and clamped. */
export interface RealSum {
  readonly first: number;
  readonly second: number;
  readonly offset: number;
}

/** clamp(floor((first · v1 + second · v2 + offset) / 2^shift), 0, most): integers. */
export interface PairScaling extends RealSum {
  readonly shift: number;
}

/**
 * Fits integers to a table.
 *
 * @param shift at most 26. With 17 every third pair of random scales fits, with 20 nine of ten, with 22 all that were seen
 * @returns undefined where none was found
 */
export function fitPairs(table: PairTable, real: RealSum, shift: number): PairScaling | undefined {
  const one = 2 ** shift;
  for (const [i, j] of neighbours(real)) {
    const first = Math.round(real.first * one) + i;
    const second = Math.round(real.second * one) + j;
    const { min, max } = offsetsFor(table, first, second, one);
    if (min > max) continue;
    const offset = Math.max(min, Math.min(max, Math.round((real.offset + 0.5) * one)));
    return { first, second, offset, shift };
  }
  return undefined;
}

/** The offsets with which two factors make every output of a table; none where min > max. */
function offsetsFor({ first, second, outputs, most }: PairTable, a: number, b: number, one: number) {
  let min = Number.NEGATIVE_INFINITY;
  let max = Number.POSITIVE_INFINITY;
  for (let v1 = 0, at = 0; v1 < first && min <= max; v1++)
    for (let v2 = 0; v2 < second; v2++, at++) {
      const y = outputs[at];
      const least = y * one - a * v1 - b * v2;
      if (y > 0 && least > min) min = least;
      if (y < most && least + one - 1 < max) max = least + one - 1;
    }
  return { min, max };
}

/** How far from the exact factors the search goes. */
const AROUND = [0, 1, -1, 2];
const PROPORTIONAL = 16;

/**
 * Where both factors are a little too large in one proportion, sums that lie half-way between two outputs are rounded away
 * from zero. That matters where scales have small ratios, and then few multiples are enough.
 */
function neighbours({ first, second }: RealSum): [number, number][] {
  const proportional = Array.from({ length: PROPORTIONAL }, (_, i): [number, number] => [
    Math.round(first * (i + 1)),
    Math.round(second * (i + 1)),
  ]);
  return [...AROUND.flatMap((i) => AROUND.map((j): [number, number] => [i, j])), ...proportional];
}
