import fc from "fast-check";
import { expect, it } from "vitest";
import { codesOf, MOST_STEP, stepOf, valuesOf } from "../../runtime/federated/eight-bits.js";
import { tensor } from "./arbitraries.js";

it("values come back within half a step, and the greatest has the code 127", () => {
  fc.assert(
    fc.property(tensor(), (values) => {
      const step = stepOf(values);
      const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      expect(step).toBe(Math.max(1, Math.ceil(most / 127)));
      expect(step).toBeLessThanOrEqual(MOST_STEP);
      const back = valuesOf(codesOf(values, step), step);
      for (const [i, value] of values.entries())
        expect(2 * Math.abs(back[i] - value)).toBeLessThanOrEqual(step);
    }),
  );
});

it("halves go away from zero", () => {
  expect(Array.from(codesOf(Int32Array.of(1, -1, 3, -3, 254, -254), 2))).toEqual([1, -1, 2, -2, 127, -127]);
});
