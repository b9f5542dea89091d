import { expect, test } from "vitest";
import type { Graph, Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { print } from "../../codegen/graph/print.js";
import { requireValid, validate } from "../../codegen/graph/validate.js";
import { foldConstants } from "../../codegen/passes/fold-constants.js";
import { runPasses } from "../../codegen/passes/index.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { encode, perTensor, singleOpGraph } from "../support/graph-builder.js";
import { problemsOf } from "../support/problems.js";

const quantization = perTensor(0.5, 3);
const int8 = (shape: number[], name: string): Tensor => ({ name, shape, dtype: "int8", quantization });
const int32 = (values: number[], shape = [values.length]): Tensor => ({
  name: `const ${values}`,
  shape,
  dtype: "int32",
  data: encode(values, "int32"),
});
const computed = (shape: number[], name: string): Tensor => ({ name, shape, dtype: "int32" });

/** The shape of a Flatten as Keras exports it for a batch of any size: read off, cut, and put together again. */
function flatten(): Graph {
  const all = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 1, offset: false };
  const ops: Op[] = [
    { kind: "SHAPE", name: "shape", inputs: [0], outputs: [1], attributes: { outputType: "int32" } },
    { kind: "STRIDED_SLICE", name: "batch", inputs: [1, 2, 3, 3], outputs: [4], attributes: all },
    { kind: "PACK", name: "new shape", inputs: [4, 5], outputs: [6], attributes: { axis: 0, count: 2 } },
    { kind: "RESHAPE", name: "flat", inputs: [0, 6], outputs: [7], attributes: { newShape: null } },
  ];
  return {
    name: "flatten",
    tensors: [
      int8([1, 2, 3], "input"),
      computed([3], "shape"),
      int32([0]),
      int32([1]),
      computed([], "batch"),
      int32([-1], []),
      computed([2], "new shape"),
      int8([1, 6], "flat"),
    ],
    ops,
    inputs: [0],
    outputs: [7],
    variables: [],
  };
}

test("a shape computed from a shape becomes a constant", () => {
  const graph = flatten();
  expect(validate(graph).map(({ code }) => code)).toContain("constant-needed");
  const folded = foldConstants(graph);
  expect(print(folded)).toBe(`graph "flatten"
  input %0 : int8[1, 2, 3] scale 0.5 zp 3 "input"
  %7 = RESHAPE(%0, %6: const int32[2]) {newShape: null} : int8[1, 6] scale 0.5 zp 3 "flat"
  output %7 : int8[1, 6] scale 0.5 zp 3 "flat"
`);
  expect(folded.tensors.map(({ data }) => data && [...new Int32Array(data.slice().buffer)])).toEqual([
    undefined,
    [1, 2, 3],
    [0],
    [1],
    [1],
    [-1],
    [1, -1],
    undefined,
  ]);
  requireValid(folded);
});

test("the graph that was given stays as it was", () => {
  const graph = flatten();
  const before = print(graph);
  foldConstants(graph);
  expect(print(graph)).toBe(before);
  expect(graph.tensors[1].data).toBeUndefined();
});

test.each([[[7]], [[2, 1]], [[5, 4, 3, 2, 1]]])("SHAPE of %j is just that", (shape) => {
  const input = { shape, dtype: "int8" } as const;
  const output = { shape: [shape.length], dtype: "int32" } as const;
  const { ops, tensors } = foldConstants(singleOpGraph("SHAPE", { outputType: "int32" }, [input], [output]));
  expect(ops).toEqual([]);
  expect([...new Int32Array(tensors[1].data!.slice().buffer)]).toEqual(shape);
});

test("an operator with weights gives what it gives at run time", () => {
  const values = Array.from({ length: 32 }, (_, i) => ((i * 37) % 256) - 128);
  const make = (constant: boolean) =>
    singleOpGraph(
      "FULLY_CONNECTED",
      { activation: "NONE", keepDims: false },
      [
        { shape: [2, 4], dtype: "int8", quantization, ...(constant && { values: values.slice(0, 8) }) },
        { shape: [3, 4], dtype: "int8", quantization: perTensor(0.01, 0), values: values.slice(8, 20) },
        { shape: [3], dtype: "int32", quantization: perTensor(0.005, 0), values: [100, -200, 300] },
      ],
      [{ shape: [2, 3], dtype: "int8", quantization: perTensor(0.25, -7) }],
    );
  const network = instantiate(plan(make(false)));
  network.input.set(values.slice(0, 8));
  const expected = [...network.run()];
  const { ops, tensors } = foldConstants(make(true));
  expect(ops).toEqual([]);
  expect([...new Int8Array(tensors[3].data!)]).toEqual(expected);
  expect(new Set(expected).size).toBeGreaterThan(3);
});

test("an alias of a constant has its bytes", () => {
  const graph = singleOpGraph(
    "SQUEEZE",
    { axes: [] },
    [{ shape: [1, 3], dtype: "float32", values: [1, 2, 3] }],
    [{ shape: [3], dtype: "float32" }],
  );
  expect([...new Float32Array(foldConstants(graph).tensors[1].data!.slice().buffer)]).toEqual([1, 2, 3]);
});

test("types that no model input has are folded too", () => {
  const graph = singleOpGraph(
    "CONCATENATION",
    { axis: 0, activation: "NONE" },
    [
      { shape: [2], dtype: "int64", values: [1, -2] },
      { shape: [1], dtype: "int64", values: [3] },
    ],
    [{ shape: [3], dtype: "int64" }],
  );
  expect([...new BigInt64Array(foldConstants(graph).tensors[2].data!.slice().buffer)]).toEqual([1n, -2n, 3n]);
});

test("an operator that is refused stays, with its reason to be found", () => {
  const graph = singleOpGraph(
    "TRANSPOSE",
    {},
    [
      { shape: [1, 2], dtype: "float32", values: [1, 2] },
      { shape: [2], dtype: "int32", values: [0, 0] },
    ],
    [{ shape: [1, 1], dtype: "float32" }],
  );
  const folded = runPasses(graph);
  expect(folded.ops).toEqual(graph.ops);
  const input = { name: "fed", shape: [1], dtype: "int8" } as const;
  const fed = { ...folded, tensors: [...folded.tensors, input], inputs: [3] };
  expect(validate(fed).map(({ code }) => code)).toEqual(["attribute"]);
});

test("an output declared with another shape than the operator makes keeps its operator", () => {
  const graph = flatten();
  const tensors = graph.tensors.with(1, computed([4], "shape"));
  const folded = foldConstants({ ...graph, tensors });
  expect(folded.ops.map(({ kind }) => kind)).toContain("SHAPE");
  expect(validate(folded).map(({ code }) => code)).toContain("shape-mismatch");
});

test("hours of computation that no input decides are refused", () => {
  const side = 512;
  const [image, filter] = [
    [1, side, side, 1],
    [1, side, side, 1],
  ];
  const zeros = Array(side * side).fill(0);
  const graph = singleOpGraph(
    "CONV_2D",
    {
      padding: "SAME",
      strideHeight: 1,
      strideWidth: 1,
      dilationHeight: 1,
      dilationWidth: 1,
      activation: "NONE",
    },
    [
      { shape: image, dtype: "int8", quantization, values: zeros },
      { shape: filter, dtype: "int8", quantization: perTensor(0.5, 0), values: zeros },
    ],
    [{ shape: image, dtype: "int8", quantization }],
  );
  expect(problemsOf(() => foldConstants(graph) && []).map(({ code }) => code)).toEqual(["constant-work"]);
});
