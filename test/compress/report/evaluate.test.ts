import { describe, expect, it } from "vitest";
import { evaluate, outputsOf } from "../../../codegen/compress/report/evaluate.js";

const wanted = [Float32Array.of(1, 3, 2), Float32Array.of(4, 0, 0)];

describe("evaluate", () => {
  it("compares outputs with those of the float model, element by element and by the highest", () => {
    const found = [Float32Array.of(1, 3, 4), Float32Array.of(4, 0, 0)];
    expect(evaluate(found, wanted, [1, 0])).toEqual({
      samples: 2,
      right: 1,
      agreeing: 1,
      meanSquaredError: 4 / 6,
      snr: 10 * Math.log10(30 / 4),
    });
  });

  it("finds no noise where nothing differs, and nothing right without labels", () => {
    expect(evaluate(wanted, wanted)).toEqual({
      samples: 2,
      agreeing: 2,
      meanSquaredError: 0,
      snr: Number.POSITIVE_INFINITY,
    });
  });

  it("takes the first of equal elements as the highest", () => {
    const equal = [Float32Array.of(2, 2)];
    expect(evaluate(equal, equal, [0]).right).toBe(1);
    expect(evaluate(equal, equal, [1]).right).toBe(0);
  });

  it("says nothing of the highest of one element", () => {
    const one = [Float32Array.of(2)];
    expect(evaluate(one, one)).not.toHaveProperty("agreeing");
  });
});

describe("outputsOf", () => {
  it("is the first output for each sample, and tells how far it is", () => {
    const seen: number[] = [];
    const model = {
      graph: { outputs: [5, 6] },
      run: ([input]: readonly Float32Array[]) => new Map([[5, input.map((value) => 2 * value)]]),
    };
    const samples = [[Float32Array.of(1)], [Float32Array.of(2)]];
    const outputs = outputsOf(model, samples, (done) => seen.push(done));
    expect([outputs.map(([value]) => value), seen]).toEqual([
      [2, 4],
      [0, 1],
    ]);
  });
});
