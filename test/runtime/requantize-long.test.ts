import fc from "fast-check";
import { expect, it } from "vitest";
import { q15 } from "../../codegen/arithmetic/int16.js";
import { requantizeLong } from "../../runtime/requantize-long.js";
import { multiplyByQuantizedMultiplier64 } from "../reference/fixed-point.js";

const multiplier = fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 });

/** Sums of so many bits, both signs, ends of ranges among them. */
function sums(bits: number): fc.Arbitrary<bigint> {
  return fc.bigInt({ min: -(2n ** BigInt(bits)) + 1n, max: 2n ** BigInt(bits) - 1n });
}

/** Whether TFLM's result fits into int32, which is what its kernel relies on. */
function fits(sum: bigint, multiplier: number, shift: number): boolean {
  return Math.abs(Number(sum)) * q15(multiplier) * 2 ** (shift - 15) < 2 ** 31 - 1;
}

it.each([20, 29, 31, 38, 46, 53])("scales sums of up to %i bits as TFLM does", (bits) => {
  const shift = fc.integer({ min: -31, max: bits > 37 ? -1 : 7 });
  fc.assert(
    fc.property(sums(bits), multiplier, shift, (sum, multiplier, shift) => {
      fc.pre(fits(sum, multiplier, shift));
      const expected = multiplyByQuantizedMultiplier64(sum, {
        multiplier: BigInt(multiplier),
        shift: BigInt(shift),
      });
      expect(BigInt(requantizeLong(Number(sum), q15(multiplier), shift))).toBe(expected);
    }),
    { seed: 7, numRuns: 3000 },
  );
});
