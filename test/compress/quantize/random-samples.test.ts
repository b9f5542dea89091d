import { expect, it } from "vitest";
import { requireSamples } from "../../../codegen/compress/quantize/calibrate.js";
import { randomSamples } from "../../../codegen/compress/quantize/random-samples.js";
import { FloatGraph } from "../../support/float-graph.js";

const build = new FloatGraph();
const graph = build.graph([build.op("RELU", {}, build.input([1, 8, 8, 3]))]);
const range = { min: -2, max: 6 };

it("samples fit the model, lie in the range and reach its ends; the same for the same seed", () => {
  const samples = randomSamples(graph, range, 8);
  requireSamples(graph, samples);
  const all = samples.flatMap(([values]) => [...values]);
  expect([Math.min(...all), Math.max(...all)]).toEqual([-2, 6]);
  expect(randomSamples(graph, range, 8)).toEqual(samples);
  expect(randomSamples(graph, range, 8, 2)).not.toEqual(samples);
});

it("blocks grow: from noise in every pixel to squares of one value a channel", () => {
  const samples = randomSamples(graph, range, 10).slice(2);
  const distinct = samples.map(([values]) => new Set(values).size);
  expect(distinct).toEqual([192, 192, 48, 48, 12, 12, 3, 3]);
});
