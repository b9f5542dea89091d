import { describe, expect, it } from "vitest";
import { Histogram } from "../../../codegen/compress/quantize/observers/histogram.js";
import { OBSERVERS, type ObserverName } from "../../../codegen/compress/quantize/observers/index.js";
import { random } from "../../../codegen/compress/quantize/random.js";
import { rounded, typeFor } from "../../../codegen/compress/quantize/types.js";

/** Sums of uniform numbers, near enough to a normal distribution of deviation 1. */
function normal(count: number, seed = 1): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += next();
    return sum;
  });
}

function rangeOf(name: ObserverName, samples: readonly Float32Array[], levels = 256) {
  const observer = new OBSERVERS[name]();
  for (const sample of samples) observer.observe(sample);
  return observer.range(levels);
}

function squaredError(values: Float32Array, range: { min: number; max: number }): number {
  const found = rounded(values, typeFor(range, "int8"));
  return values.reduce((sum, value, i) => sum + (value - found[i]) ** 2, 0);
}

describe("observers", () => {
  it.each(Object.keys(OBSERVERS) as ObserverName[])(
    "%s: a range with 0 in it, within what was seen",
    (name) => {
      const samples = [normal(500), normal(500, 2).map((value) => value + 3), normal(500, 3)];
      const all = samples.flatMap((sample) => [...sample]);
      const { min, max } = rangeOf(name, samples);
      expect(min).toBeLessThan(0);
      expect(max).toBeGreaterThan(2);
      expect(min).toBeGreaterThanOrEqual(Math.min(...all));
      expect(max).toBeLessThanOrEqual(Math.max(...all));
      expect(rangeOf(name, [Float32Array.of(2, 5, 3)]).min).toBe(0);
      expect(rangeOf(name, [Float32Array.of(-2, -5, -3)]).max).toBe(0);
      expect(rangeOf(name, [new Float32Array(4)])).toEqual({ min: 0, max: 0 });
    },
  );

  it("min-max: all that was seen", () => {
    expect(rangeOf("min-max", [Float32Array.of(-1, 4), Float32Array.of(-3, 2)])).toEqual({ min: -3, max: 4 });
  });

  it("moving average: a tenth of the way to each new sample's extremes", () => {
    const { min, max } = rangeOf("moving-average", [Float32Array.of(-1, 4), Float32Array.of(-2, 14)]);
    expect(min).toBeCloseTo(-1.1);
    expect(max).toBeCloseTo(5);
  });

  it("percentile: leaves out a few outliers and keeps many", () => {
    const values = normal(100_000);
    values.fill(1000, 0, 5);
    expect(rangeOf("percentile", [values]).max).toBeLessThan(6);
    values.fill(1000, 0, 50);
    expect(rangeOf("percentile", [values]).max).toBe(1000);
  });

  it("mean squared error: less than with any other range of a grid, and never more than with all that was seen", () => {
    for (const outlier of [0, 12, 40]) {
      const values = normal(20_000);
      values[7] = outlier;
      const { min, max } = rangeOf("mse", [values]);
      const least = squaredError(values, { min, max });
      expect(least).toBeLessThanOrEqual(squaredError(values, rangeOf("min-max", [values])) * 1.01);
      for (const low of [0.8, 0.9, 1.1, 1.2])
        for (const high of [0.8, 0.9, 1.1, 1.2])
          expect(least).toBeLessThan(squaredError(values, { min: min * low, max: max * high }) * 1.02);
    }
  });

  it("mean squared error: clamps outliers where there are few levels, and not where there are many", () => {
    const values = normal(20_000);
    values[7] = 100;
    expect(rangeOf("mse", [values], 16).max).toBeLessThan(50);
    expect(rangeOf("mse", [values], 65536).max).toBe(100);
  });

  it("entropy: clamps outliers, and nothing of a uniform distribution", () => {
    const values = normal(50_000);
    values[7] = 60;
    expect(rangeOf("entropy", [values]).max).toBeLessThan(20);
    const next = random(1);
    const uniform = Float32Array.from({ length: 50_000 }, next);
    expect(rangeOf("entropy", [uniform]).max).toBeGreaterThan(0.95);
  });
});

describe("histogram", () => {
  it("counts every value once, in a bin that it lies in, however far values come to reach", () => {
    const histogram = new Histogram();
    const parts = [1e-3, 1, 300, 2].map((scale, seed) =>
      normal(1000, seed + 1).map((value) => value * scale),
    );
    parts.push(new Float32Array(10));
    for (const part of parts) histogram.add(part);
    expect(histogram.zeros).toBe(10);
    expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(4000);
    const all = parts.flatMap((part) => [...part]).filter((value) => value !== 0);
    const counts = new Map<number, number>();
    for (const value of all) {
      const bin = histogram.bin(value);
      expect(Math.abs(histogram.middle(bin) - value)).toBeLessThanOrEqual(histogram.width / 2);
      counts.set(bin, (counts.get(bin) ?? 0) + 1);
    }
    for (const [bin, count] of counts) expect(histogram.counts[bin]).toBe(count);
  });
});
