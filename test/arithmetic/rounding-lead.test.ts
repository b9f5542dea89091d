import fc from "fast-check";
import { expect, it } from "vitest";
import { quantizeMultiplier } from "../../codegen/arithmetic/multiplier.js";
import { roundingLead } from "../../codegen/arithmetic/rounding-lead.js";
import { requantize } from "../../runtime/requantize.js";

const factor = fc.double({ min: 2 ** -12, max: 0.4, noNaN: true });

it("a bias that is larger by the lead, rounded once, gives what is rounded twice", () => {
  fc.assert(
    fc.property(factor, fc.integer({ min: 0, max: 2 ** 16 }), (real, sum) => {
      const { multiplier, shift } = quantizeMultiplier(real);
      const exact = (multiplier / 2 ** 31) * 2 ** shift;
      const once = (sum + roundingLead(exact, "RELU", 0)) * exact;
      fc.pre(Math.abs(once - Math.floor(once) - 0.5) > 1e-9); // on a half it is decided by the float itself
      expect(Math.round(once)).toBe(requantize(sum, multiplier, shift));
    }),
    { numRuns: 2000 },
  );
});

it("lies from half a unit of the sum to one", () => {
  fc.assert(
    fc.property(factor, (real) => {
      const lead = roundingLead(real, "RELU6", 0);
      expect(lead).toBeGreaterThanOrEqual(0.5);
      expect(lead).toBeLessThanOrEqual(1);
    }),
  );
});

it("is nothing where outputs below zero are told apart, or nothing is shifted", () => {
  expect(roundingLead(0.01, "NONE", -127)).toBe(0);
  expect(roundingLead(0.01, "RELU_N1_TO_1", 0)).toBe(0);
  expect(roundingLead(0.01, "NONE", -128)).toBeGreaterThan(0);
  expect(roundingLead(0.75, "RELU", -128)).toBe(0);
});
