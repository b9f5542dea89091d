/** Centres of numbers against every way to cut them into runs. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CentreOptions, centresOf } from "../../../codegen/compress/cluster/centres.js";
import { MOST_POINTS } from "../../../codegen/compress/cluster/optimal.js";
import type { Point } from "../../../codegen/compress/cluster/points.js";
import { warmRandom } from "../../../codegen/compress/prune/random.js";
import "../../support/seed.js";

const OPTIONS: CentreOptions = { method: "optimal", seed: 1, hasZero: false, isWhole: false };

/** Σ weight · (distance from the nearest)². */
function errorOf(points: readonly Point[], centres: readonly number[], hasZero: boolean): number {
  const all = hasZero ? [...centres, 0] : centres;
  return points.reduce(
    (sum, { value, weight }) => sum + weight * Math.min(...all.map((centre) => (value - centre) ** 2)),
    0,
  );
}

/** The least error that any choice of runs comes to; one run may stand for 0 where there is a zero. */
function leastError(points: readonly Point[], most: number, { hasZero, isWhole }: CentreOptions): number {
  const sorted = points.toSorted((a, b) => a.value - b.value);
  const mean = (run: readonly Point[]) => {
    const weight = run.reduce((sum, it) => sum + it.weight, 0);
    const centre = run.reduce((sum, it) => sum + it.weight * it.value, 0) / weight;
    return isWhole ? Math.round(centre) : centre;
  };
  const best = (from: number, left: number, isZeroLeft: boolean): number => {
    if (from === sorted.length) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (let to = from + 1; to <= sorted.length; to++) {
      const run = sorted.slice(from, to);
      if (left > 0)
        least = Math.min(least, errorOf(run, [mean(run)], false) + best(to, left - 1, isZeroLeft));
      if (isZeroLeft) least = Math.min(least, errorOf(run, [0], false) + best(to, left, false));
    }
    return least;
  };
  return best(0, most, hasZero);
}

const points = fc.array(
  fc.record({
    value: fc.integer({ min: -20, max: 20 }),
    weight: fc.constantFrom(1, 2, 0.25),
  }),
  { minLength: 1, maxLength: 8 },
);

describe("optimal centres", () => {
  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])("have the least error of all: zero %s, whole numbers %s", (hasZero, isWhole) => {
    const options = { ...OPTIONS, hasZero, isWhole };
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 4 }), (given, most) => {
        const centres = centresOf(given, most, options);
        expect(centres.length).toBeLessThanOrEqual(most);
        expect(centres).toEqual(centres.toSorted((a, b) => a - b));
        expect(new Set(centres).size).toBe(centres.length);
        if (hasZero) expect(centres).not.toContain(0);
        if (isWhole) expect(centres.every(Number.isInteger)).toBe(true);
        expect(errorOf(given, centres, hasZero)).toBeCloseTo(leastError(given, most, options), 9);
      }),
    );
  });

  it("are as good as Lloyd's algorithm from anywhere, and better than some", () => {
    const next = warmRandom(5);
    const normal = Array.from({ length: 2000 }, () => ({
      value: Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
      weight: 1,
    }));
    for (const hasZero of [false, true]) {
      const error = (method: CentreOptions["method"], seed = 1) =>
        errorOf(normal, centresOf(normal, 15, { ...OPTIONS, method, seed, hasZero }), hasZero);
      const others = [error("linear"), ...[1, 2, 3].map((seed) => error("kmeans++", seed))];
      for (const other of others) expect(other).toBeGreaterThanOrEqual(error("optimal") - 1e-9);
      expect(Math.max(...others)).toBeGreaterThan(1.01 * error("optimal"));
      // Lloyd's algorithm has come to an end, not merely begun.
      expect(Math.max(...others)).toBeLessThan(1.5 * error("optimal"));
      expect(error("kmeans++", 2)).toBe(error("kmeans++", 2));
    }
  });

  it("of more different points than are looked at one by one are as good as they can be told to be", () => {
    const count = 3 * MOST_POINTS;
    const even = Array.from({ length: count }, (_, i) => ({ value: (i + 0.5) / count, weight: 1 }));
    const centres = centresOf(even, 8, OPTIONS);
    // Eight equal parts: each has a variance of (1/8)² / 12.
    expect(errorOf(even, centres, false) / count).toBeCloseTo(1 / 768, 8);
    const above = centresOf(even, 8, { ...OPTIONS, hasZero: true });
    expect(errorOf(even, above, true)).toBeLessThan(errorOf(even, centres, false));
  });
});

it("Lloyd's algorithm begins at equal distances, and ends where no centre moves", () => {
  const given = [0, 1, 2, 10, 11, 30].map((value) => ({ value, weight: 1 }));
  // 0, 15, 30 → means of 0 1 2 and 10 11 and 30.
  expect(centresOf(given, 3, { ...OPTIONS, method: "linear" })).toEqual([1, 10.5, 30]);
  expect(centresOf(given, 1, { ...OPTIONS, method: "linear" })).toEqual([9]);
  // 0 is a centre beside them: 1 stays with it only while it is nearer than the next.
  expect(centresOf(given, 2, { ...OPTIONS, method: "linear", hasZero: true })).toEqual([10.5, 30]);
  expect(centresOf(given, 3, { ...OPTIONS, method: "kmeans++", isWhole: true }).every(Number.isInteger)).toBe(
    true,
  );
});
