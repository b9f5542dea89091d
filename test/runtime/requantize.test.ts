import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { multiplyHigh, requantize, roundingShiftRight } from "../../runtime/requantize.js";
import {
  multiplyByQuantizedMultiplier,
  roundingDivideByPOT,
  saturatingRoundingDoublingHighMul,
} from "../reference/fixed-point.js";

const MIN = -(2 ** 31);
const MAX = 2 ** 31 - 1;

/** Where carries and roundings happen: ends, powers of two, halves of words, and their neighbours. */
const EDGES = [
  ...new Set(
    Array.from({ length: 32 }, (_, i) => 2 ** i).flatMap((power) =>
      [power - 1, power, power + 1].flatMap((n) => [n, -n]),
    ),
  ),
  0,
  0x5555_5555,
  -0x5555_5556,
  0x7fff_0000,
  0x0000_ffff,
  -0x8000_0000,
].filter((n) => n >= MIN && n <= MAX);

const MULTIPLIERS = EDGES.filter((n) => n >= 0);

/** Multipliers that QuantizeMultiplier makes. */
const NORMALIZED = [0, ...MULTIPLIERS.filter((n) => n >= 2 ** 30)];

const int32 = fc.noBias(fc.integer({ min: MIN, max: MAX }));
const q31 = fc.noBias(fc.integer({ min: 2 ** 30, max: MAX }));

describe("multiplyHigh is SaturatingRoundingDoublingHighMul for b ≥ 0", () => {
  const check = (a: number, b: number): void => {
    expect(multiplyHigh(a, b), `${a} · ${b}`).toBe(
      Number(saturatingRoundingDoublingHighMul(BigInt(a), BigInt(b))),
    );
  };

  test("on edges", () => {
    for (const a of EDGES) for (const b of MULTIPLIERS) check(a, b);
  });

  test("on random int32", () => {
    fc.assert(fc.property(int32, fc.noBias(fc.integer({ min: 0, max: MAX })), check), {
      seed: 1,
      numRuns: 20_000,
    });
  });
});

describe("roundingShiftRight is RoundingDivideByPOT", () => {
  const check = (x: number, exponent: number): void => {
    expect(roundingShiftRight(x, exponent), `${x} / 2^${exponent}`).toBe(
      Number(roundingDivideByPOT(BigInt(x), BigInt(exponent))),
    );
  };

  test("on edges and every exponent", () => {
    for (const x of EDGES) for (let exponent = 0; exponent <= 31; exponent++) check(x, exponent);
  });

  test("on halves, which go away from zero", () => {
    for (let exponent = 1; exponent <= 30; exponent++)
      for (const odd of [1, 3, -1, -3]) {
        const half = odd * 2 ** (exponent - 1);
        if (half >= MIN && half <= MAX) check(half, exponent);
      }
    expect(roundingShiftRight(-3, 1)).toBe(-2);
    expect(roundingShiftRight(3, 1)).toBe(2);
  });

  test("on random int32", () => {
    fc.assert(fc.property(int32, fc.integer({ min: 0, max: 31 }), check), { seed: 2, numRuns: 20_000 });
  });
});

describe("requantize is MultiplyByQuantizedMultiplier with double rounding", () => {
  const check = (x: number, multiplier: number, shift: number): void => {
    expect(requantize(x, multiplier, shift), `${x} · ${multiplier} · 2^(${shift} − 31)`).toBe(
      Number(
        multiplyByQuantizedMultiplier(BigInt(x), { multiplier: BigInt(multiplier), shift: BigInt(shift) }),
      ),
    );
  };

  test("on edges and every right shift", () => {
    for (const x of EDGES)
      for (const multiplier of NORMALIZED)
        for (let shift = -31; shift <= 0; shift++) check(x, multiplier, shift);
  });

  test("on left shifts that stay inside int32", () => {
    for (let shift = 1; shift <= 30; shift++)
      for (const x of EDGES)
        if (Math.abs(x) < 2 ** (31 - shift)) for (const multiplier of NORMALIZED) check(x, multiplier, shift);
  });

  test("on random values", () => {
    const anything = fc.integer({ min: -31, max: 30 }).chain((shift) => {
      const reach = shift > 0 ? 2 ** (31 - shift) - 1 : MAX;
      return fc.tuple(fc.noBias(fc.integer({ min: -reach, max: reach })), q31, fc.constant(shift));
    });
    fc.assert(
      fc.property(anything, ([x, multiplier, shift]) => check(x, multiplier, shift)),
      { seed: 3, numRuns: 20_000 },
    );
  });

  test("rounds twice: 1.4995 goes up over 1.5, where rounding once would give 1", () => {
    // x · multiplier / 2^31 = 5.998 rounds to 6; 6 / 4 rounds to 2.
    expect(requantize(6, 2146767000, -2)).toBe(2);
  });
});
