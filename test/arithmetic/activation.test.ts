import fc from "fast-check";
import { expect, test } from "vitest";
import { ACTIVATIONS, activationRange, roundAway } from "../../codegen/arithmetic/activation.js";
import { calculateActivationRangeQuantized, round } from "../reference/tensor.js";
import { factor, zeroPoint } from "../support/arbitraries.js";

test("bounds are CalculateActivationRangeQuantized's for random quantizations", () => {
  const cases = fc.record({ activation: fc.constantFrom(...ACTIVATIONS), scale: factor(-24, 20), zeroPoint });
  fc.assert(
    fc.property(cases, ({ activation, ...output }) => {
      expect(activationRange(activation, output)).toEqual(
        calculateActivationRangeQuantized(activation, output),
      );
    }),
    { seed: 8, numRuns: 5000 },
  );
});

test("bounds that fall on halves go away from zero", () => {
  expect(activationRange("RELU_N1_TO_1", { scale: 0.4, zeroPoint: 0 })).toEqual({ min: -3, max: 3 });
  expect(activationRange("RELU6", { scale: 4, zeroPoint: -10 })).toEqual({ min: -10, max: -8 });
  expect(activationRange("RELU", { scale: 1, zeroPoint: 127 })).toEqual({ min: 127, max: 127 });
});

test("scales at which a bound falls next to a half", () => {
  for (const activation of ACTIVATIONS)
    for (const bound of [1, 6])
      for (let half = 0; half < 256; half++)
        for (const zeroPoint of [-128, 0, 100]) {
          const output = { scale: Math.fround(bound / (half + 0.5)), zeroPoint };
          expect(activationRange(activation, output)).toEqual(
            calculateActivationRangeQuantized(activation, output),
          );
        }
});

test("roundAway rounds halves away from zero", () => {
  for (const x of [0, 0.5, -0.5, 1.5, -1.5, 2.5, 0.49999999999999994, 2 ** 52 + 1, -(2 ** 53)])
    expect(roundAway(x) + 0).toBe(round(x) + 0);
});
