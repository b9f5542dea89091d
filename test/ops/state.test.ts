import { expect, test } from "vitest";
import type { Graph, Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { requireValid, validate } from "../../codegen/graph/validate.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";

const int8 = (name: string, shape = [3]): Tensor => ({ name, shape, dtype: "int8" });

/** Reads a variable, assigns the input to it, reads it again; after that assigns a constant where there is one. */
function memory(last?: readonly number[]): Graph {
  const access = (kind: "READ_VARIABLE" | "ASSIGN_VARIABLE", inputs: number[], outputs: number[]): Op => ({
    kind,
    name: `${kind} ${outputs}`,
    inputs,
    outputs,
    attributes: { variable: 0 },
  });
  return {
    name: "memory",
    tensors: [
      int8("input"),
      { name: "handle", shape: [], dtype: "resource" },
      int8("before"),
      int8("after"),
      { ...int8("constant"), data: Uint8Array.from(last ?? [0, 0, 0]) },
    ],
    ops: [
      { kind: "CALL_ONCE", name: "init", inputs: [], outputs: [], attributes: {} },
      { kind: "VAR_HANDLE", name: "handle", inputs: [], outputs: [1], attributes: { variable: 0 } },
      access("READ_VARIABLE", [1], [2]),
      access("ASSIGN_VARIABLE", [1, 0], []),
      access("READ_VARIABLE", [1], [3]),
      ...(last ? [access("ASSIGN_VARIABLE", [1, 4], [])] : []),
    ],
    inputs: [0],
    outputs: [2, 3],
    variables: [{ name: "state", shape: [3], dtype: "int8", initial: Uint8Array.from([1, 2, 3]) }],
  };
}

function start(graph: Graph) {
  requireValid(graph);
  const network = instantiate(plan(graph));
  return {
    network,
    run(input: readonly number[]): number[][] {
      network.input.set(input);
      network.run();
      return network.outputs.map(({ data }) => [...data]);
    },
  };
}

test("what was read stays what it was when the variable is assigned", () => {
  const { network, run } = start(memory());
  expect(run([7, 8, 9])).toEqual([
    [1, 2, 3],
    [7, 8, 9],
  ]);
  expect(run([-1, -2, -3])).toEqual([
    [7, 8, 9],
    [-1, -2, -3],
  ]);
  network.reset();
  expect(run([4, 5, 6])[0]).toEqual([1, 2, 3]);
});

test("a constant can be assigned", () => {
  const { run } = start(memory([40, 50, 60]));
  run([7, 8, 9]);
  expect(run([0, 0, 0])[0]).toEqual([40, 50, 60]);
});

test.each([
  ["another shape than the variable's", { ...int8("before"), shape: [1, 3] }, "shape"],
  ["another type than the variable's", { ...int8("before"), dtype: "uint8" as const }, "type-not-supported"],
])("a value of %s is refused", (_, tensor, code) => {
  const graph = memory();
  const problems = validate({ ...graph, tensors: graph.tensors.with(2, tensor) });
  expect(problems.map((problem) => [problem.code, problem.place.op?.kind])).toEqual([
    [code, "READ_VARIABLE"],
  ]);
});

test("what is no handle names no variable", () => {
  const graph = memory();
  const tensors = graph.tensors.with(1, { ...graph.tensors[1], dtype: "int32" });
  const refused = validate({ ...graph, tensors }).map(({ place }) => place.op?.kind);
  expect(refused).toEqual(["VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "READ_VARIABLE"]);
});

test("a handle is no value", () => {
  const graph = memory();
  const { tensors, variables } = graph;
  const ops = graph.ops.map((op): Op => (op.kind === "ASSIGN_VARIABLE" ? { ...op, inputs: [1, 1] } : op));
  const handles = [2, 3].reduce(
    (all, id) => all.with(id, { ...tensors[1], name: tensors[id].name }),
    tensors,
  );
  const variable = { ...variables[0], shape: [], dtype: "resource" as const, initial: new Uint8Array(4) };
  const problems = validate({ ...graph, ops, tensors: handles, variables: [variable] });
  expect(problems.map(({ code, place }) => [code, place.op?.kind])).toEqual([
    ["type-not-supported", "READ_VARIABLE"],
    ["type-not-supported", "ASSIGN_VARIABLE"],
    ["type-not-supported", "READ_VARIABLE"],
  ]);
});
