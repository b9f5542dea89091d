import { describe, expect, it } from "vitest";
import { Distributed } from "../../../codegen/compress/report/distribution.js";

function distributionOf(...parts: readonly (readonly number[])[]) {
  const distributed = new Distributed();
  for (const part of parts) distributed.add(Float32Array.from(part));
  return distributed.distribution;
}

describe("the distribution of a tensor", () => {
  it("counts values between the least and the greatest, zeros apart", () => {
    const { min, max, zeros, counts } = distributionOf([-1, 0, 0.5], [3, 0, 0.5]);
    expect([min, max, zeros]).toEqual([-1, 3, 1 / 3]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
    expect([counts[0], counts[24], counts[63]]).toEqual([1, 2, 1]);
  });

  it("has no bins where all values are 0", () => {
    expect(distributionOf([0, 0])).toEqual({ min: 0, max: 0, zeros: 1, counts: [] });
  });
});
