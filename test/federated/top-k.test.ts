import fc from "fast-check";
import { expect, it } from "vitest";
import { topIndexes } from "../../runtime/federated/top-k.js";
import { tensor } from "./arbitraries.js";

it("finds the greatest, of those alike the first, and no zeros", () => {
  fc.assert(
    fc.property(tensor(1, 60), fc.integer({ min: 1, max: 70 }), (values, k) => {
      const expected = Array.from(values.keys())
        .sort((i, j) => Math.abs(values[j]) - Math.abs(values[i]) || i - j)
        .slice(0, k)
        .filter((i) => values[i] !== 0)
        .sort((i, j) => i - j);
      expect(Array.from(topIndexes(values, k))).toEqual(expected);
    }),
  );
});
