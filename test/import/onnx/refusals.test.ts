import { describe, expect, it } from "vitest";
import { importOnnx } from "../../../codegen/import/onnx/import-onnx.js";
import { encode } from "../../../codegen/import/onnx/protobuf.js";
import * as schema from "../../../codegen/import/onnx/schema.js";
import { format } from "../../../codegen/problems/format.js";
import type { Code } from "../../../codegen/problems/problem.js";
import { problemsOf } from "../../support/problems.js";
import {
  draftOf,
  f,
  floats,
  i,
  ints,
  longs,
  type ModelSpec,
  node,
  onnxFile,
  s,
  tensor,
} from "./onnx-model.js";

const IMAGE = [1, 4, 6, 8];

/** A model of one node over `x`, or of several. */
function model(
  nodes: schema.NodeDraft | readonly schema.NodeDraft[],
  rest: Partial<ModelSpec> = {},
): ModelSpec {
  return { opset: 13, inputs: { x: IMAGE }, outputs: ["y"], nodes: [nodes].flat(), ...rest };
}

function problems(file: Uint8Array) {
  return problemsOf(() => {
    importOnnx(file, "refused");
    return [];
  });
}

/** The codes that a model is refused with; all have words. */
function codes(spec: ModelSpec): Code[] {
  const found = problems(onnxFile(spec));
  for (const problem of found) expect(format(problem)).toContain(`[${problem.code}]`);
  return found.map(({ code }) => code);
}

const conv = (attributes = {}, dims: number[] = [8, 4, 3, 3]) =>
  model(node("Conv", ["x", "w"], "y", attributes), {
    initializers: [tensor("w", dims, new Float32Array(dims.reduce((a, b) => a * b, 1)))],
  });

describe("operators", () => {
  it("names each that is not read once, with the node and what to do", () => {
    const found = problems(
      onnxFile(
        model([
          node("Erf", ["x"], "a"),
          node("Erf", ["a"], "b"),
          node("QLinearConv", ["b"], "c"),
          { ...node("Gelu", ["c"], "y"), domain: "com.microsoft" },
        ]),
      ),
    );
    expect(found.map((problem) => [problem.code, problem.place.op?.name])).toEqual([
      ["onnx-operator", "Erf of a"],
      ["onnx-operator", "QLinearConv of c"],
      ["onnx-operator", "Gelu of y"],
    ]);
    expect(format(found[1])).toBe(
      'QLinearConv "QLinearConv of c": ONNX\'s QLinearConv is not supported [onnx-operator]\n' +
        "  quantize the model in QDQ format: quantize_static(..., quant_format=QuantFormat.QDQ)",
    );
    expect(format(found[2])).toContain("com.microsoft.Gelu");
  });

  it("says what is wrong with several nodes at once, and not with what depends on them", () => {
    expect(
      codes(
        model(
          [
            node("MaxPool", ["x"], "a", { kernel_shape: ints(2, 2), dilations: ints(2, 2) }),
            node("Relu", ["a"], "b"),
            node("Pad", ["x", "pads"], "c", { mode: s("reflect") }),
            node("Add", ["b", "c"], "y"),
          ],
          { initializers: [longs("pads", 0, 0, 1, 1, 0, 0, 1, 1)] },
        ),
      ),
    ).toEqual(["onnx-attribute", "onnx-attribute"]);
  });

  it.each<[string, Code, ModelSpec]>([
    ["grouped convolution", "onnx-attribute", conv({ group: i(2) }, [8, 2, 3, 3])],
    ["filters of another depth", "shape", conv({}, [8, 3, 3, 3])],
    ["a filter that does not fit", "shape", conv({}, [8, 4, 9, 3])],
    ["strides of 0", "onnx-attribute", conv({ strides: ints(0, 1) })],
    ["three strides", "onnx-attribute", conv({ strides: ints(1, 1, 1) })],
    ["negative padding", "onnx-attribute", conv({ pads: ints(-1, 0, 0, 0) })],
    ["endless padding", "too-large", conv({ pads: ints(2 ** 50, 0, 0, 0) })],
    ["an unknown attribute", "onnx-attribute-unknown", conv({ surprise: i(1) })],
    ["an attribute of another type", "onnx-attribute", conv({ group: f(1) })],
    ["an unknown auto_pad", "onnx-attribute", conv({ auto_pad: s("MAYBE") })],
    ["weights that are computed", "onnx-input-computed", model(node("Conv", ["x", "x"], "y"))],
    [
      "a rank without windows",
      "rank",
      model(node("GlobalAveragePool", ["x"], "y"), { inputs: { x: [1, 4] } }),
    ],
    [
      "indices of maxima",
      "onnx-attribute",
      model(node("MaxPool", ["x"], ["y", "z"], { kernel_shape: ints(2, 2) })),
    ],
    ["MatMul of two computed values", "onnx-input-computed", model(node("MatMul", ["x", "x"], "y"))],
    ["an axis beyond", "onnx-attribute", model(node("Softmax", ["x"], "y", { axis: i(4) }))],
    [
      "a permutation with gaps",
      "onnx-attribute",
      model(node("Transpose", ["x"], "y", { perm: ints(0, 1, 1, 2) })),
    ],
    [
      "another number of elements",
      "shape",
      model(node("Reshape", ["x", "s"], "y"), { initializers: [longs("s", 5, -1)] }),
    ],
    [
      "a linear resize",
      "onnx-attribute",
      model(node("Upsample", ["x"], "y", { mode: s("linear"), scales: floats(1, 1, 2, 2) }), { opset: 7 }),
    ],
    ["HardSwish before there was one", "onnx-opset-operator", model(node("HardSwish", ["x"], "y"))],
    ["an input that is missing", "input-missing", model(node("Add", ["x"], "y"))],
    [
      "an empty slice",
      "dimension",
      model(node("Slice", ["x", "a", "b"], "y"), { initializers: [longs("a", 1), longs("b", 1)] }),
    ],
    [
      "only constants",
      "onnx-input-constant",
      model([node("Relu", ["k"], "z"), node("Add", ["x", "z"], "y")], {
        initializers: [tensor("k", [1], [1])],
      }),
    ],
    [
      "a constant output",
      "constant-edge",
      model(node("Identity", ["k"], "y"), { initializers: [tensor("k", [1], [1])] }),
    ],
    [
      "an index that is not there",
      "onnx-attribute",
      model(node("Gather", ["x", "k"], "y"), { initializers: [longs("k", 1)] }),
    ],
  ])("refuses %s", (_, code, spec) => {
    expect(codes(spec)).toEqual([code]);
  });
});

describe("the file", () => {
  const relu = model(node("Relu", ["x"], "y"));

  it.each<[string, Code, ModelSpec]>([
    ["opset 6", "onnx-opset", { ...relu, opset: 6 }],
    ["opset 22", "onnx-opset", { ...relu, opset: 22 }],
    ["an open height", "onnx-dimension", { ...relu, inputs: { x: ["N", 3, "H", 8] } }],
    ["inputs of int64", "onnx-input-type", { ...relu, inputType: "int64" }],
    ["an unknown value", "onnx-value-unknown", model(node("Relu", ["z"], "y"))],
    ["an unknown output", "onnx-value-unknown", { ...relu, outputs: ["z"] }],
    [
      "a value that is made twice",
      "onnx-value-twice",
      model([node("Relu", ["x"], "y"), node("Tanh", ["x"], "y")]),
    ],
    ["nodes out of order", "onnx-value-unknown", model([node("Relu", ["z"], "y"), node("Tanh", ["x"], "z")])],
    [
      "no inputs",
      "no-inputs",
      model(node("Relu", ["x"], "y"), { inputs: {}, initializers: [], outputs: [] }),
    ],
    [
      "names with control characters",
      "name-unsafe",
      model(node("Relu", ["x"], "a\u0007b"), { outputs: ["a\u0007b"] }),
    ],
  ])("refuses %s", (what, code, spec) => {
    if (what === "no inputs") spec = { ...spec, nodes: [], outputs: [] };
    expect(codes(spec)).toContain(code);
  });

  it("makes an open batch one", () => {
    const graph = importOnnx(onnxFile({ ...relu, inputs: { x: ["batch", 3] } }), "test");
    expect(graph.tensors[graph.inputs[0]].shape).toEqual([1, 3]);
  });

  it("says how an open dimension is fixed", () => {
    const [problem] = problems(onnxFile({ ...relu, inputs: { x: [1, 3, "height", 8] } }));
    expect(format(problem)).toContain('--dim_param "height" --dim_value N');
  });

  it.each([
    ["nothing", Uint8Array.of()],
    ["one tag", Uint8Array.of(0x3a)],
    ["a group that never ends", Uint8Array.of(0x0b, 0x0b, 0x0b)],
    ["text", new TextEncoder().encode("not a model at all")],
  ])("refuses %s", (_, bytes) => {
    expect(problems(bytes)).toHaveLength(1);
  });

  it("refuses tensors that are stored sparsely", () => {
    const draft = draftOf(relu);
    const file = encode(schema.Model, {
      ...draft,
      graph: { ...draft.graph, sparseInitializer: [Uint8Array.of(1)] },
    });
    expect(problems(file).map(({ code }) => code)).toEqual(["onnx-sparse"]);
  });
});

describe("constants", () => {
  const add = (given: schema.TensorDraft) =>
    model(node("Add", ["x", "k"], "y"), { initializers: [{ name: "k", ...given }] });
  const float32 = { dataType: 1 };

  it.each<[string, Code, schema.TensorDraft]>([
    ["float16", "onnx-tensor-type", { dataType: 10, dims: [1], rawData: new Uint8Array(2) }],
    ["no type", "onnx-tensor-type", { dims: [1] }],
    ["too few bytes", "onnx-tensor-data", { ...float32, dims: [2], rawData: new Uint8Array(7) }],
    ["too few numbers", "onnx-tensor-data", { ...float32, dims: [2], floatData: [1] }],
    ["a negative size", "onnx-tensor-shape", { ...float32, dims: [-2] }],
    ["more than 16 MiB", "too-large", { ...float32, dims: [2 ** 23] }],
    ["sizes that overflow", "too-large", { ...float32, dims: [2 ** 40, 2 ** 40] }],
    ["nine dimensions", "too-many-dimensions", { ...float32, dims: new Array<number>(9).fill(1) }],
  ])("refuses %s", (_, code, given) => {
    expect(codes(add(given))).toEqual([code]);
  });

  it("takes lists of numbers of each type", () => {
    const graph = importOnnx(
      onnxFile(add({ ...float32, dims: [1, 4, 1, 1], floatData: [1, 2, 3, 4] })),
      "test",
    );
    const constant = graph.tensors.find(({ data }) => data);
    expect(new Float32Array(constant!.data!.slice().buffer)).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it("refuses a small file that computes large constants", () => {
    const shape = longs("shape", 1024, 1024, 4);
    const nodes = Array.from({ length: 40 }, (_, at) => node("ConstantOfShape", ["shape"], `c${at}`));
    expect(codes(model([...nodes, node("Relu", ["x"], "y")], { initializers: [shape] }))).toContain(
      "constant-work",
    );
    expect(codes(model(nodes, { initializers: [longs("shape", 2 ** 30, 2 ** 30)] }))[0]).toBe("too-large");
  });

  it("refuses a file that has many nodes look at one large constant", () => {
    const scale = tensor("scale", [2 ** 20], new Float32Array(2 ** 20).fill(1));
    const large = tensor("k", [2 ** 20], new Int8Array(2 ** 20), "int8");
    const nodes = Array.from({ length: 2000 }, (_, at) =>
      node("DequantizeLinear", ["k", "scale"], `d${at}`, { axis: i(0) }),
    );
    const start = performance.now();
    const found = codes(model([...nodes, node("Relu", ["x"], "y")], { initializers: [large, scale] }));
    expect(found).toContain("constant-work");
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it("takes many nodes of one name", () => {
    const nodes = Array.from({ length: 7000 }, () => ({ ...node("Tanh", ["x"], ""), name: "same" }));
    const start = performance.now();
    codes(model([...nodes, node("Relu", ["x"], "y")]));
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it("refuses a small file that computes large tensors", () => {
    const nodes = Array.from({ length: 30 }, (_, at) =>
      node("Concat", [at ? `c${at}` : "x", at ? `c${at}` : "x"], `c${at + 1}`, { axis: i(1) }),
    );
    const found = codes(model(nodes, { outputs: ["c30"] }));
    expect(["too-large", "all-too-large"]).toContain(found[0]);
  });
});
