/** Requantization by two digits against the rolled kernels' double rounding. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Requantization } from "../../codegen/arithmetic/scaling.js";
import {
  clampFor,
  type Digits,
  digitShifts,
  fitDigits,
  isSigned,
  middle,
} from "../../codegen/kernels/planes/data/digits.js";
import { requantize } from "../../runtime/requantize.js";

/** What a lane makes of an accumulator, as the kernel's expressions say. */
function inLane(acc: number, digits: Digits, requantization: Requantization, bits: number): number {
  const lane = BigInt(acc) + middle(bits);
  const room = 1n << BigInt(2 * bits);
  const { low, high } = digitShifts(bits);
  const lower = lane * digits.low;
  const step = lane >> BigInt(bits - 1) ? digits.step : 0n;
  const sum = lane * digits.high + digits.offset + (lower >> BigInt(low)) + step;
  if ([lane << BigInt(bits), lower, sum].some((it) => it < 0n || it >= room))
    expect.fail(`${acc} leaves its lane`);
  const { k, most } = clampFor(bits, requantization);
  return Math.min(most, Math.max(0, Number(sum >> BigInt(high)) - 2 ** k));
}

function expected(acc: number, { multiplier, shift, zeroPoint, min, max }: Requantization): number {
  const q = requantize(acc, multiplier, shift) + zeroPoint;
  return Math.min(max, Math.max(min, q)) - min;
}

const cases = fc.record({
  multiplier: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }) },
    { weight: 1, arbitrary: fc.constantFrom(2 ** 30, 2 ** 30 + 1, 2 ** 31 - 1) },
  ),
  shift: fc.integer({ min: -11, max: -3 }),
  zeroPoint: fc.integer({ min: -128, max: 127 }),
  isRelu: fc.boolean(),
  bits: fc.integer({ min: 20, max: 26 }),
  bias: fc.integer({ min: -20_000, max: 20_000 }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
});

it("4,000 channels: those that fit, nearly all, are exact at every threshold and between", () => {
  let [fits, signed] = [0, 0];
  const property = fc.property(
    fc.noBias(cases),
    ({ multiplier, shift, zeroPoint, isRelu, bits, bias, seed }) => {
      const requantization = { multiplier, shift, zeroPoint, min: isRelu ? zeroPoint : -128, max: 127 };
      const beside = isSigned(requantization) ? 0 : bias;
      const most = 2 ** (bits - 1) - 1;
      const digits = fitDigits(requantization, { min: -most - 1, max: most }, beside, bits);
      if (!digits) return;
      fits++;
      if (digits.isSigned) signed++;
      const step = 2 ** (31 - shift) / multiplier;
      const near = (acc: number) => [-2, -1, 0, 1, 2].map((by) => Math.round(acc) + by);
      const accumulators = [
        ...Array.from({ length: 257 }, (_, y) => near((y - 0.5 - zeroPoint - 128) * step - beside)).flat(),
        ...Array.from({ length: 20 }, (_, i) => ((seed * (2 * i + 1)) % (2 * most)) - most),
        ...near(0),
        -most - 1,
        most,
      ].filter((acc) => acc >= -most - 1 && acc <= most);
      for (const acc of accumulators)
        if (inLane(acc, digits, requantization, bits) !== expected(acc + beside, requantization))
          expect.fail(`accumulator ${acc} of ${JSON.stringify(requantization)} in ${bits} bits`);
    },
  );
  fc.assert(property, { seed: 7, numRuns: 4000 });
  expect(fits).toBeGreaterThan(3800);
  expect(signed).toBeGreaterThan(1500);
});
