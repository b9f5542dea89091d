import { expect } from "vitest";
import { FloatModel } from "../../codegen/float/execute.js";
import { requireFloat } from "../../codegen/float/validate.js";
import { elements, type Graph } from "../../codegen/graph/graph.js";
import { realValues } from "../../codegen/graph/real-values.js";
import { runFloatPasses } from "../../codegen/passes/float/index.js";
import { relativeError } from "../float/relative-error.js";
import type { FloatGraph } from "../support/float-graph.js";

/** The graph after the passes, which must have the interface that it had, and compute what it computed. */
export function passed(build: FloatGraph, graph: Graph, tolerance = 1e-6): Graph {
  const result = runFloatPasses(graph);
  requireFloat(result);
  const feeds = graph.inputs.map((id) => build.random(elements(graph.tensors[id].shape)));
  const [before, after] = [graph, result].map((it) => new FloatModel(it).run(feeds));
  expect(result.inputs).toEqual(graph.inputs);
  expect(result.outputs).toEqual(graph.outputs);
  for (const id of graph.outputs) {
    expect(result.tensors[id].shape).toEqual(graph.tensors[id].shape);
    const found = after.get(id) ?? realValues(result.tensors[id]);
    expect(relativeError(found, before.get(id)!)).toBeLessThan(tolerance);
  }
  return result;
}
