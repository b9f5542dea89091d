import { describe, expect, it } from "vitest";
import { compile } from "../../codegen/compile.js";
import { exportTflite } from "../../codegen/export/tflite/export-tflite.js";
import { FloatModel } from "../../codegen/float/execute.js";
import { isFloat, requireFloat, validateFloat } from "../../codegen/float/validate.js";
import type { Graph, Tensor } from "../../codegen/graph/graph.js";
import { inspect } from "../../codegen/inspect.js";
import { FloatGraph } from "../support/float-graph.js";
import { perTensor } from "../support/graph-builder.js";
import { problemsOf } from "../support/problems.js";

const NONE = { activation: "NONE" } as const;

function dense(): Graph {
  const build = new FloatGraph();
  const x = build.input([1, 3]);
  const y = build.op(
    "FULLY_CONNECTED",
    { ...NONE, keepDims: false },
    x,
    build.constant([2, 3]),
    build.constant([2]),
  );
  return build.graph([build.op("SOFTMAX", { beta: 1 }, y)]);
}

/** The graph with one tensor changed. */
function changed(graph: Graph, id: number, change: Partial<Tensor>): Graph {
  return { ...graph, tensors: graph.tensors.with(id, { ...graph.tensors[id], ...change }) };
}

const codes = (graph: Graph) => validateFloat(graph).map(({ code }) => code);

describe("float graphs", () => {
  it("are told from quantized ones by what is computed", () => {
    expect(isFloat(dense())).toBe(true);
    expect(isFloat(changed(dense(), 3, { dtype: "int8", quantization: perTensor(1, 0) }))).toBe(false);
    const weights = { dtype: "int8", quantization: perTensor(1, 0), data: new Uint8Array(6) } as const;
    expect(isFloat(changed(dense(), 1, weights))).toBe(true);
  });

  it("are refused with everything that is wrong", () => {
    requireFloat(dense());
    expect(codes(changed(dense(), 3, { shape: [2, 1] }))).toEqual(["shape-mismatch", "shape-mismatch"]);
    expect(codes(changed(dense(), 2, { shape: [1], data: new Uint8Array(4) }))).toEqual(["shape"]);
    expect(codes(changed(dense(), 4, { dtype: "int32" }))).toEqual(["type-not-supported"]);
    expect(codes(changed(dense(), 1, { data: new Uint8Array(3) }))).toEqual(["data-length"]);
    const graph = dense();
    expect(codes({ ...graph, ops: graph.ops.toReversed() })).toEqual(["op-order"]);
    const [first, last] = graph.ops;
    const shape = { ...last, kind: "SHAPE", attributes: { outputType: "int32" } } as typeof last;
    expect(codes({ ...graph, ops: [first, shape] })).toEqual(["operator-not-float"]);
  });

  it("run on inputs of their length only", () => {
    expect(() => new FloatModel(dense()).run([new Float32Array(4)])).toThrow(RangeError);
    expect(() => new FloatModel(dense()).run([])).toThrow(RangeError);
  });
});

describe("a float .tflite", () => {
  const file = exportTflite(dense());

  it("is not compiled: it is to be quantized", () => {
    const [problem, ...others] = problemsOf(() => {
      compile(file, "dense.tflite", new Map());
      return [];
    });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: "model-not-quantized",
      place: { op: { kind: "FULLY_CONNECTED" } },
    });
  });

  it("is inspected, with that as its only problem", () => {
    const { graph, operators, problems } = inspect(file, "dense.tflite");
    expect(graph.ops).toEqual(dense().ops);
    expect([...operators.keys()]).toEqual(["FULLY_CONNECTED", "SOFTMAX"]);
    expect(problems.map(({ code }) => code)).toEqual(["model-not-quantized"]);
  });
});
