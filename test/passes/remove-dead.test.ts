import { expect, test } from "vitest";
import type { Graph, Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { removeDead } from "../../codegen/passes/remove-dead.js";

const tensor = (name: string, dtype: Tensor["dtype"] = "int8"): Tensor => ({ name, shape: [1], dtype });

const callOnce: Op = { kind: "CALL_ONCE", name: "init", inputs: [], outputs: [], attributes: {} };
const handle: Op = {
  kind: "VAR_HANDLE",
  name: "handle",
  inputs: [],
  outputs: [1],
  attributes: { variable: 0 },
};
const assign: Op = {
  kind: "ASSIGN_VARIABLE",
  name: "assign",
  inputs: [1, 2],
  outputs: [],
  attributes: { variable: 0 },
};
const relu = (input: number, output: number): Op => ({
  kind: "RELU",
  name: `relu ${output}`,
  inputs: [input],
  outputs: [output],
  attributes: {},
});

const graphOf = (ops: readonly Op[]): Graph => ({
  name: "test",
  tensors: [tensor("input"), tensor("handle", "resource"), tensor("a"), tensor("b"), tensor("c")],
  ops,
  inputs: [0],
  outputs: [4],
  variables: [{ name: "state", shape: [1], dtype: "int8", initial: new Uint8Array(1) }],
});

test("operators that lead nowhere go, chain by chain", () => {
  const graph = removeDead(graphOf([relu(0, 2), relu(2, 3), relu(0, 4)]));
  expect(graph.ops).toEqual([relu(0, 4)]);
  expect(graph.tensors).toHaveLength(5);
});

test("the next run's state is needed, and so is what it starts from", () => {
  const ops = [callOnce, handle, relu(0, 2), assign, relu(0, 4)];
  expect(removeDead(graphOf(ops)).ops).toEqual(ops);
});

test("without a variable in use nothing is to be initialized", () => {
  expect(removeDead(graphOf([callOnce, handle, relu(0, 4)])).ops).toEqual([relu(0, 4)]);
});
