import fc from "fast-check";
import { expect, test } from "vitest";
import { frexp, quantizeMultiplier } from "../../codegen/arithmetic/multiplier.js";
import { EXP_CONSTANTS, quantizeMultiplier as reference } from "../reference/fixed-point.js";
import { factor } from "../support/arbitraries.js";

function check(factor: number): void {
  const { multiplier, shift } = reference(factor);
  expect(quantizeMultiplier(factor), `${factor}`).toEqual({
    multiplier: Number(multiplier),
    shift: Number(shift),
  });
}

/** The double after `x` > 0, or before it. */
function neighbour(x: number, step: 1n | -1n): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigUint64(0, view.getBigUint64(0) + step);
  return view.getFloat64(0);
}

test("powers of two and the doubles beside them, down to the smallest", () => {
  for (let exponent = -1074; exponent <= 1023; exponent++) {
    const power = 2 ** exponent;
    check(power);
    check(neighbour(power, 1n));
    if (exponent > -1074) check(neighbour(power, -1n));
  }
});

test("zero, and where factors are flushed to it", () => {
  check(0);
  expect(quantizeMultiplier(2 ** -32)).toEqual({ multiplier: 2 ** 30, shift: -31 });
  expect(quantizeMultiplier(neighbour(2 ** -32, -1n))).toEqual({ multiplier: 2 ** 30, shift: -31 });
  expect(quantizeMultiplier(2 ** -33)).toEqual({ multiplier: 0, shift: 0 });
});

test("a mantissa that rounds to 1 moves to the next shift", () => {
  expect(quantizeMultiplier(neighbour(1, -1n))).toEqual({ multiplier: 2 ** 30, shift: 1 });
});

test("halves of the last bit round up", () => {
  for (const odd of [2 ** 31 + 1, 2 ** 32 - 1, 3_000_000_001]) {
    check(odd / 2 ** 33);
    check(neighbour(odd / 2 ** 33, -1n));
  }
});

test("doubles of all magnitudes", () => {
  const doubles = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });
  fc.assert(fc.property(fc.noBias(doubles), check), { seed: 5, numRuns: 5000 });
});

test("quotients of float32 scales", () => {
  const scales = fc.tuple(factor(-20, 4), factor(-20, 4), factor(-20, 4));
  fc.assert(
    fc.property(scales, ([input, filter, output]) => check((input * filter) / output)),
    { seed: 6, numRuns: 5000 },
  );
});

test("frexp takes a double apart exactly", () => {
  fc.assert(
    fc.property(fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }), (x) => {
      const { mantissa, exponent } = frexp(x);
      expect(mantissa).toBeGreaterThanOrEqual(0.5);
      expect(mantissa).toBeLessThan(1);
      // In two steps: 2^exponent alone may leave the doubles.
      expect(mantissa * 2 ** Math.trunc(exponent / 2) * 2 ** (exponent - Math.trunc(exponent / 2))).toBe(x);
    }),
    { seed: 7, numRuns: 5000 },
  );
});

test("the reference's constants are the numbers that they stand for", () => {
  for (const [raw, real] of EXP_CONSTANTS) expect(Number(raw)).toBe(Math.round(real * 2 ** 31));
});
