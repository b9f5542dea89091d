/** Unusual ways to connect a graph that compile all the same, and edges that do not. */
import { expect, test } from "vitest";
import type { Graph, Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { runPasses } from "../../codegen/passes/index.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { perTensor } from "../support/graph-builder.js";
import { problemsOf } from "../support/problems.js";

const int8 = (name: string): Tensor => ({
  name,
  shape: [3],
  dtype: "int8",
  quantization: perTensor(0.5, 0),
});
const constant = { ...int8("constant"), data: Uint8Array.of(1, 2, 3) };
const NONE = { activation: "NONE" } as const;

function graph(tensors: readonly Tensor[], ops: readonly Op[], outputs: readonly number[]): Graph {
  return { name: "connections", tensors, ops, inputs: [0], outputs, variables: [] };
}

function outputsOf(of: Graph, input: readonly number[]): number[][] {
  requireValid(of);
  const network = instantiate(plan(of));
  network.input.set(input);
  network.run();
  return network.outputs.map(({ data }) => [...data]);
}

const relu = (input: number, output: number): Op => ({
  kind: "RELU",
  name: `${output}`,
  inputs: [input],
  outputs: [output],
  attributes: {},
});

test.each([
  ["ADD", [-4, 6, 0]],
  ["SUB", [0, 0, 0]],
  ["MUL", [2, 5, 0]], // 4 and 9 halved, the half away from zero
] as const)("%s of a tensor with itself", (kind, expected) => {
  const op: Op = { kind, name: "twice", inputs: [0, 0], outputs: [1], attributes: NONE };
  expect(outputsOf(graph([int8("input"), int8("twice")], [op], [1]), [-2, 3, 0])).toEqual([expected]);
});

test("an output that later operators read, a model input and one tensor twice as outputs", () => {
  const tensors = ["input", "first", "second", "third"].map(int8);
  const ops = [relu(0, 1), relu(1, 2), relu(2, 3)];
  expect(outputsOf(graph(tensors, ops, [3, 1, 0, 3]), [-2, 3, 0])).toEqual([
    [0, 3, 0],
    [0, 3, 0],
    [-2, 3, 0],
    [0, 3, 0],
  ]);
});

test("an output that is the model input in another shape", () => {
  const tensors = [int8("input"), { ...int8("reshaped"), shape: [3, 1] }];
  const reshape: Op = {
    kind: "RESHAPE",
    name: "reshaped",
    inputs: [0],
    outputs: [1],
    attributes: { newShape: [3, 1] },
  };
  expect(outputsOf(graph(tensors, [reshape], [1, 0]), [1, 2, 3])).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test("an output that no input decides is refused", () => {
  const constantOutput = graph([int8("input"), constant, int8("output")], [relu(1, 2)], [2]);
  const codes = problemsOf(() => plan(runPasses(constantOutput)) && []).map(({ code }) => code);
  expect(codes).toEqual(["constant-edge"]);
});
