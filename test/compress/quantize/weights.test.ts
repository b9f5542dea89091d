import { describe, expect, it } from "vitest";
import { WEIGHT_LIMITS } from "../../../codegen/compress/quantize/formats.js";
import { momentsOf } from "../../../codegen/compress/quantize/moments.js";
import { random } from "../../../codegen/compress/quantize/random.js";
import { roundToData } from "../../../codegen/compress/quantize/rounding.js";
import { float8Row, quantizeRow, type Row, roundRow } from "../../../codegen/compress/quantize/weights.js";

const INTEGERS = ["int8", "int4", "ternary", "int16"] as const;
const FLOATS = ["float8e4m3", "float8e5m2"] as const;

function row(length: number, seed: number): Float64Array {
  const next = random(seed);
  return Float64Array.from({ length }, () => next() + next() + next() - 1.5);
}

function error(weights: Float64Array, { scale, values }: Row<Int32Array | Float64Array>): number {
  return weights.reduce((sum, weight, i) => sum + (weight - scale * values[i]) ** 2, 0);
}

describe("weights", () => {
  it.each(INTEGERS)("%s: integers within limits, float32 scales", (format) => {
    for (let seed = 1; seed < 20; seed++) {
      const weights = row(40, seed);
      const found = quantizeRow(weights, format, 1e-12);
      expect(Math.max(...found.values.map(Math.abs))).toBeLessThanOrEqual(WEIGHT_LIMITS[format]);
      expect(Math.fround(found.scale)).toBe(found.scale);
      const plain = roundRow(
        weights,
        Math.max(...weights.map(Math.abs)) / WEIGHT_LIMITS[format],
        WEIGHT_LIMITS[format],
      );
      expect(error(weights, found)).toBeLessThanOrEqual(error(weights, plain));
    }
  });

  it("ternary: no scale has less error", () => {
    for (let seed = 1; seed < 20; seed++) {
      const weights = row(30, seed);
      const found = error(weights, quantizeRow(weights, "ternary", 1e-12));
      for (let scale = 0.01; scale < 1.5; scale += 0.01)
        expect(found).toBeLessThanOrEqual(error(weights, roundRow(weights, scale, 1)) + 1e-6);
    }
  });

  it("binary: signs times the mean magnitude, which has the least error", () => {
    expect(quantizeRow(Float64Array.of(0.5, -1.5, 1, 0), "binary", 0)).toEqual({
      scale: 0.75,
      values: Int32Array.of(1, -1, 1, 1),
    });
    const weights = row(30, 3);
    const found = quantizeRow(weights, "binary", 0);
    for (let scale = 0.01; scale < 1.5; scale += 0.01)
      expect(error(weights, found)).toBeLessThanOrEqual(error(weights, { ...found, scale }) + 1e-6);
  });

  it("keeps to the least scale, and has one where all weights are 0", () => {
    for (const format of INTEGERS) {
      expect(quantizeRow(new Float64Array(5), format, 0.25)).toEqual({
        scale: 0.25,
        values: new Int32Array(5),
      });
      expect(quantizeRow(row(5, 1), format, 10).scale).toBe(10);
    }
  });
});

describe("rounding to data", () => {
  /** 60 patches of few directions, so that errors of weights can make up for each other. */
  function problem(length: number, seed: number) {
    const next = random(seed);
    const directions = Array.from({ length: 5 }, () => Float32Array.from({ length }, () => next() - 0.3));
    const data = Float32Array.from({ length: length * 60 }, (_, i) => {
      const direction = directions[Math.floor(i / length) % directions.length];
      return direction[i % length] + 0.1 * next();
    });
    const weights = row(length, seed);
    const patches = {
      length,
      positions: 60,
      shared: true,
      read: (input: Float32Array, position: number, _: number, into: Float64Array) =>
        into.set(input.subarray(position * length, (position + 1) * length)),
    };
    const pairs = [{ float: data, quantized: data }];
    const { gram, targets } = momentsOf(patches, pairs, [weights], [0], false, next);
    const outputError = ({ scale, values }: Row) => {
      let sum = 0;
      for (let p = 0; p < 60; p++) {
        let difference = 0;
        for (let i = 0; i < length; i++)
          difference += data[p * length + i] * (weights[i] - scale * values[i]);
        sum += difference ** 2;
      }
      return sum;
    };
    return { weights, gram, target: targets[0], outputError };
  }

  it.each([127, 7, 1])("sums are nearer than with the nearest integers, which stay within ±%i", (limit) => {
    for (let seed = 1; seed < 10; seed++) {
      const { weights, gram, target, outputError } = problem(24, seed);
      const start = quantizeRow(weights, limit === 127 ? "int8" : limit === 7 ? "int4" : "ternary", 1e-9);
      const found = roundToData(start, gram, target, limit, 1e-9);
      expect(Math.max(...found.values.map(Math.abs))).toBeLessThanOrEqual(limit);
      expect(outputError(found)).toBeLessThan(outputError(start));
    }
  });

  it("ends where no single step of a weight makes the error less", () => {
    const { weights, gram, target } = problem(12, 3);
    const n = weights.length;
    const objective = ({ scale, values }: Row) => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        sum -= 2 * scale * values[i] * target[i];
        for (let j = 0; j < n; j++) sum += scale * scale * values[i] * values[j] * gram[i * n + j];
      }
      return sum;
    };
    const found = roundToData(quantizeRow(weights, "int4", 1e-9), gram, target, 7, 1e-9);
    for (let i = 0; i < n; i++)
      for (const step of [-1, 1]) {
        const values = found.values.slice();
        values[i] += step;
        if (Math.abs(values[i]) > 7) continue;
        expect(objective({ scale: found.scale, values })).toBeGreaterThanOrEqual(objective(found) - 1e-9);
      }
  });
});

describe("weights that are 8-bit floats", () => {
  it.each(FLOATS)(
    "%s: the greatest one is the format's greatest, the others lie within half a step",
    (format) => {
      for (let seed = 1; seed < 20; seed++) {
        const weights = row(50, seed);
        const { scale, values } = float8Row(weights, format, 0);
        expect(Math.max(...values.map(Math.abs))).toBe(WEIGHT_LIMITS[format]);
        const [steps, smallest] = format === "float8e4m3" ? [2 ** 3, 2 ** -9] : [2 ** 2, 2 ** -16];
        weights.forEach((weight, i) => {
          const halfStep =
            Math.max(smallest, 2 ** Math.floor(Math.log2(Math.abs(weight) / scale)) / steps) / 2;
          expect(Math.abs(weight / scale - values[i])).toBeLessThanOrEqual(halfStep * (1 + 1e-6));
        });
      }
    },
  );

  it.each(FLOATS)("%s: keep to the least scale, and have one where all weights are 0", (format) => {
    expect(float8Row(new Float64Array(5), format, 0.25)).toEqual({
      scale: 0.25,
      values: new Float64Array(5),
    });
    expect(float8Row(row(5, 1), format, 10).scale).toBe(10);
  });
});
