import { describe, expect, it } from "vitest";
import { quantizeAuto } from "../../../codegen/compress/quantize/auto.js";
import { QuantizedModel } from "../../../codegen/compress/quantize/execute.js";
import { FloatModel } from "../../../codegen/float/execute.js";
import { isFloat } from "../../../codegen/float/validate.js";
import type { Graph } from "../../../codegen/graph/graph.js";
import { FloatGraph } from "../../support/float-graph.js";
import { problemsOf } from "../../support/problems.js";

/** Four dense layers; the second one has weights that narrow formats do not hold. */
function model() {
  const build = new FloatGraph(5);
  let x = build.input([1, 16]);
  for (const outputs of [16, 16, 16, 6])
    x = build.op(
      "FULLY_CONNECTED",
      { keepDims: false, activation: outputs === 6 ? "NONE" : "RELU" },
      x,
      build.constant([outputs, 16]),
      build.constant([outputs]),
    );
  const graph = build.graph([x]);
  const samples = Array.from({ length: 24 }, () => [build.random(16)]);
  const float = new FloatModel(graph);
  const wanted = samples.map((sample) => float.run(sample).get(x)!);
  /** Minus the root of the mean squared error: 0 for the float model. */
  const accuracy = (of: Graph) => {
    const other = isFloat(of) ? new FloatModel(of) : new QuantizedModel(of);
    let [sum, signal] = [0, 0];
    samples.forEach((sample, i) => {
      const found = other.run(sample).get(of.outputs[0])!;
      wanted[i].forEach((value, k) => {
        sum += (value - found[k]) ** 2;
        signal += value ** 2;
      });
    });
    return -Math.sqrt(sum / signal);
  };
  return { graph, samples, accuracy };
}

describe("more bits until accuracy holds", () => {
  it("none where it holds already, more of them for less drop", () => {
    const { graph, samples, accuracy } = model();
    const raised = [1, 0.08, 0.03].map((maxDrop) => {
      const result = quantizeAuto(graph, samples, { scheme: "int4", maxDrop, accuracy });
      expect(result.floatAccuracy - result.accuracy).toBeLessThanOrEqual(maxDrop);
      expect(result.accuracy).toBe(accuracy(result.graph));
      return result.raised.length;
    });
    expect(raised[0]).toBe(0);
    expect(raised).toEqual([...raised].sort((a, b) => a - b));
    expect(raised[2]).toBeGreaterThan(0);
  });

  it("goes on to int16 where int8 throughout is not enough", () => {
    const { graph, samples, accuracy } = model();
    const { layers, raised } = quantizeAuto(graph, samples, { scheme: "int4", maxDrop: 0.002, accuracy });
    expect(raised).toHaveLength(4);
    expect(layers.map(({ scheme }) => scheme.activations)).toContain("int16");
  });

  it("refuses where nothing is enough", () => {
    const { graph, samples, accuracy } = model();
    const problems = problemsOf(() => {
      quantizeAuto(graph, samples, { scheme: "16x8", maxDrop: 0, accuracy });
      return [];
    });
    expect(problems.map(({ code }) => code)).toEqual(["drop-not-reached"]);
  });
});
