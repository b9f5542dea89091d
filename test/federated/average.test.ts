import fc from "fast-check";
import { expect, it } from "vitest";
import { Average, mostSamples, SAMPLES_LIMIT } from "../../runtime/federated/average.js";

const LENGTH = 5;

/** Differences with the extremes among them, and counts that reach the limit between them. */
const update = fc.record({
  values: fc.array(
    fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1), fc.integer({ min: -9, max: 9 })),
    { minLength: LENGTH, maxLength: LENGTH },
  ),
  samples: fc.oneof(
    fc.integer({ min: 1, max: mostSamples(6) }),
    fc.constant(mostSamples(6)),
    fc.integer({ min: 1, max: 3 }),
  ),
});
type Given = { readonly values: readonly number[]; readonly samples: number };

function mean(updates: readonly Given[]): number[] {
  const average = new Average([LENGTH]);
  for (const { values, samples } of updates)
    average.add([{ indexes: undefined, values: Int32Array.from(values) }], samples);
  return Array.from(average.mean()[0]);
}

/** The quotient rounded to the nearest integer, halves away from zero, in integers of any length. */
function reference(updates: readonly Given[]): number[] {
  const total = updates.reduce((sum, { samples }) => sum + BigInt(samples), 0n);
  return Array.from({ length: LENGTH }, (_, i) => {
    const sum = updates.reduce((all, { values, samples }) => all + BigInt(values[i]) * BigInt(samples), 0n);
    const size = ((sum < 0n ? -sum : sum) * 2n + total) / (2n * total);
    return Number(sum < 0n ? -size : size);
  });
}

it("is the weighted mean, to the last bit", () => {
  fc.assert(
    fc.property(fc.array(update, { minLength: 1, maxLength: 6 }), (updates) => {
      expect(mean(updates)).toEqual(reference(updates));
    }),
    { numRuns: 1000 },
  );
});

it("is the same in whatever order updates come", () => {
  const orders = fc
    .array(update, { minLength: 2, maxLength: 6 })
    .chain((updates) =>
      fc.tuple(
        fc.constant(updates),
        fc.shuffledSubarray(updates, { minLength: updates.length, maxLength: updates.length }),
      ),
    );
  fc.assert(
    fc.property(orders, ([one, other]) => {
      expect(mean(one)).toEqual(mean(other));
    }),
  );
});

it("takes some elements as well as all", () => {
  const average = new Average([4, 2]);
  average.add(
    [
      { indexes: Int32Array.of(1, 3), values: Int32Array.of(10, -30) },
      { indexes: undefined, values: Int32Array.of(5, 6) },
    ],
    1,
  );
  average.add(
    [
      { indexes: Int32Array.of(), values: Int32Array.of() },
      { indexes: Int32Array.of(0), values: Int32Array.of(1) },
    ],
    3,
  );
  expect(average.mean().map((it) => Array.from(it))).toEqual([
    [0, 3, 0, -8],
    [2, 2],
  ]);
  average.clear();
  expect(average.samples).toBe(0);
});

it("refuses counts with which sums might not be exact", () => {
  const average = new Average([1]);
  const one = [{ indexes: undefined, values: Int32Array.of(1) }];
  expect(() => average.add(one, 0)).toThrow(RangeError);
  average.add(one, SAMPLES_LIMIT - 2);
  expect(() => average.add(one, 2)).toThrow(`${SAMPLES_LIMIT - 2} and 2 samples`);
  average.add(one, 1);
});
