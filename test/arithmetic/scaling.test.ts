import fc from "fast-check";
import { expect, test } from "vitest";
import {
  fitScaling,
  type Interval,
  type Scaling,
  scaledRange,
  stepsOf,
} from "../../codegen/arithmetic/scaling.js";
import { multiplyByQuantizedMultiplier } from "../reference/fixed-point.js";

interface Case {
  readonly multiplier: number;
  readonly shift: number;
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
  readonly range: Interval;
}

/** The output less `min`, from the reference. */
function expected({ multiplier, shift, zeroPoint, min, max }: Case, acc: number): number {
  const factor = { multiplier: BigInt(multiplier), shift: BigInt(shift) };
  const q = Number(multiplyByQuantizedMultiplier(BigInt(acc), factor)) + zeroPoint;
  return Math.min(max, Math.max(min, q)) - min;
}

function found({ min, max }: Case, { multiplier, offset, step, shift }: Scaling, acc: number): number {
  const sum = multiplier * BigInt(acc) + offset + (acc < 0 ? 0n : step);
  return Math.min(max - min, Math.max(0, Number(sum >> BigInt(shift))));
}

/** All accumulators within 2 of a step, of 0 and of the ends. */
function telling(it: Case, first: readonly number[]): number[] {
  const { min, max } = it.range;
  const near = [...first, 0, min, max].flatMap((at) => [at - 2, at - 1, at, at + 1, at + 2]);
  return [...new Set(near)].filter((acc) => acc >= min && acc <= max);
}

const multipliers = fc.oneof(
  fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
  fc.constantFrom(2 ** 30, 2 ** 30 + 1, 2 ** 31 - 1, 0x5555_5555, 0x6000_0000),
);

function cases(relu: boolean): fc.Arbitrary<Case> {
  return fc
    .record({
      multiplier: multipliers,
      shift: fc.integer({ min: -13, max: -1 }),
      zeroPoint: relu ? fc.constant(-128) : fc.integer({ min: -100, max: 100 }),
      low: fc.integer({ min: 1, max: 2 ** 20 }),
      high: fc.integer({ min: 0, max: 2 ** 20 }),
      max: fc.constantFrom(127, 127, 60),
    })
    .map(({ low, high, ...rest }) => ({ ...rest, min: -128, range: { min: -low, max: high } }));
}

function check(it: Case, shift: number, grain: number): Scaling | undefined {
  const steps = stepsOf(it, it.range);
  const scaling = fitScaling(steps, shift, grain);
  if (!scaling) return undefined;
  const { offset, step } = scaling;
  expect([offset % 2n ** BigInt(grain), step % 2n ** BigInt(grain)]).toEqual([0n, 0n]);
  expect(step & (step - 1n)).toBe(0n);
  for (const acc of telling(it, steps.first))
    if (found(it, scaling, acc) !== expected(it, acc)) expect.fail(`${acc} of ${JSON.stringify(it)}`);
  return scaling;
}

/** A shift that leaves the multiplier 26 to 27 bits. */
const fine = ({ shift }: Case): number => 26 - shift;

test.each([
  ["clamped at the zero point", true],
  ["on both sides of the zero point", false],
])("outputs %s: one multiplication gives TFLM's bits at every step", (_, relu) => {
  let fitted = 0;
  const property = fc.property(fc.noBias(cases(relu)), (it) => {
    const scaling = check(it, fine(it), 0);
    if (scaling) fitted++;
    if (relu) expect(scaling?.step ?? 0n).toBe(0n);
  });
  fc.assert(property, { seed: 31, numRuns: 600 });
  expect(fitted).toBeGreaterThan(595);
});

test("coarse offsets are as exact", () => {
  let fitted = 0;
  const property = fc.property(fc.noBias(cases(true)), (it) => {
    if (check(it, fine(it), 12)) fitted++;
  });
  fc.assert(property, { seed: 32, numRuns: 300 });
  expect(fitted).toBeGreaterThan(290);
});

test("every accumulator of small ranges, factors above 1 and of 0", () => {
  const tight = fc.record({
    multiplier: fc.oneof(multipliers, fc.constant(0)),
    shift: fc.integer({ min: -9, max: 3 }),
    zeroPoint: fc.integer({ min: -128, max: 127 }),
    ends: fc.tuple(fc.integer({ min: -128, max: 127 }), fc.integer({ min: -128, max: 127 })),
    reach: fc.tuple(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: -2000, max: 2000 })),
  });
  let fitted = 0;
  const property = fc.property(tight, ({ multiplier, shift, zeroPoint, ends, reach }) => {
    const it = {
      multiplier,
      shift: multiplier ? shift : 0,
      zeroPoint,
      min: Math.min(...ends),
      max: Math.max(...ends),
      range: { min: Math.min(...reach), max: Math.max(...reach) },
    };
    const scaling = check(it, 20, 0);
    if (!scaling) return;
    fitted++;
    const ys = scaledRange(scaling, it.range);
    for (let acc = it.range.min; acc <= it.range.max; acc++) {
      if (found(it, scaling, acc) !== expected(it, acc)) expect.fail(`${acc} of ${JSON.stringify(it)}`);
      const y = scaling.multiplier * BigInt(acc) + scaling.offset + (acc < 0 ? 0n : scaling.step);
      const scaled = Number(y >> BigInt(scaling.shift));
      expect(scaled >= ys.min && scaled <= ys.max).toBe(true);
    }
  });
  fc.assert(property, { seed: 33, numRuns: 300 });
  expect(fitted).toBeGreaterThan(285);
});

test("too few bits are refused, not approximated", () => {
  const it = { multiplier: 0x5555_5555, shift: -8, zeroPoint: -128, min: -128, max: 127 };
  expect(fitScaling(stepsOf(it, { min: -100_000, max: 100_000 }), 10)).toBeUndefined();
});
