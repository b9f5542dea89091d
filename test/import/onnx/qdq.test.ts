/** Models with QuantizeLinear and DequantizeLinear become int8 graphs, which compile. */
import { describe, expect, it } from "vitest";
import { validate } from "../../../codegen/graph/validate.js";
import { importOnnx } from "../../../codegen/import/onnx/import-onnx.js";
import type * as schema from "../../../codegen/import/onnx/schema.js";
import { problemsOf } from "../../support/problems.js";
import type { Attributes } from "./onnx-model.js";
import { f, i, ints, longs, node, onnxFile, s, tensor } from "./onnx-model.js";
import { transpositions, values } from "./onnxruntime.js";
import { compare, type Style } from "./qdq.js";

const weights = (name: string, dims: readonly number[], seed: number) =>
  tensor(
    name,
    dims,
    values(
      dims.reduce((product, size) => product * size, 1),
      0.5,
      seed,
    ),
  );

/** A residual network with every operator that quantizers meet often. */
const residual = {
  opset: 13,
  inputs: { x: [1, 3, 16, 12] },
  outputs: ["y"],
  nodes: [
    node("Conv", ["x", "w1", "b1"], "c1", { pads: ints(1, 1, 1, 1), strides: ints(2, 2) }),
    node("Relu", ["c1"], "r1"),
    node("Conv", ["r1", "w2", "b2"], "c2", { group: i(8), pads: ints(1, 1, 1, 1) }),
    node("Clip", ["c2", "zero", "six"], "r2"),
    node("Conv", ["r2", "w3", "b3"], "c3"),
    node("Add", ["c3", "r1"], "a"),
    node("Relu", ["a"], "r3"),
    node("MaxPool", ["r3"], "p", { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
    node("GlobalAveragePool", ["p"], "g"),
    node("Flatten", ["g"], "f"),
    node("Gemm", ["f", "w4", "b4"], "y", { transB: i(1) }),
  ],
  initializers: [
    weights("w1", [8, 3, 3, 3], 1),
    weights("b1", [8], 2),
    weights("w2", [8, 1, 3, 3], 3),
    weights("b2", [8], 4),
    weights("w3", [8, 8, 1, 1], 5),
    weights("b3", [8], 6),
    weights("w4", [10, 8], 7),
    weights("b4", [10], 8),
    tensor("zero", [], [0]),
    tensor("six", [], [6]),
  ],
};

const STYLES: [string, Style][] = [
  ["int8, one scale a tensor", { activations: "int8", perChannel: false }],
  ["int8, one scale a channel", { activations: "int8", perChannel: true }],
  ["uint8, one scale a channel", { activations: "uint8", perChannel: true }],
  ["int8 with biases in float32", { activations: "int8", perChannel: true, floatBias: true }],
  ["uint8, fed quantized", { activations: "uint8", perChannel: false, quantizedInputs: true }],
];

describe("a residual network", () => {
  it.each(STYLES)("%s", async (_, style) => {
    const { graph, steps } = await compare(residual, style);
    expect(steps.filter((step) => step > 1)).toEqual([]);
    expect(transpositions(graph)).toBe(0);
    expect(graph.ops.map(({ kind }) => kind)).toEqual([
      "PAD",
      "CONV_2D",
      "DEPTHWISE_CONV_2D",
      "CONV_2D",
      "ADD",
      "MAX_POOL_2D",
      "MEAN",
      "RESHAPE",
      "FULLY_CONNECTED",
    ]);
    for (const tensor of graph.tensors.filter(({ data }) => !data)) expect(tensor.dtype).toBe("int8");
  });
});

describe("single operators", () => {
  const single = (
    opType: string,
    shape: readonly number[],
    attributes: Attributes = {},
    constants: readonly schema.TensorDraft[] = [],
  ) => ({
    opset: 13,
    inputs: { x: shape },
    outputs: ["y"],
    nodes: [node(opType, ["x", ...constants.map(({ name }) => name ?? "")], "y", attributes)],
    initializers: constants,
  });
  const IMAGE = [1, 3, 6, 8];

  it.each([
    ["Relu", IMAGE, {}, []],
    ["Sigmoid", IMAGE, {}, []],
    ["Tanh", [1, 40], {}, []],
    ["Softmax", [1, 40], {}, []],
    ["LeakyRelu", IMAGE, { alpha: f(0.2) }, []],
    ["AveragePool", IMAGE, { kernel_shape: ints(2, 2), strides: ints(2, 2) }, []],
    ["AveragePool", IMAGE, { kernel_shape: ints(3, 3), auto_pad: s("SAME_UPPER") }, []],
    ["MaxPool", IMAGE, { kernel_shape: ints(3, 3), pads: ints(1, 1, 1, 1), strides: ints(2, 2) }, []],
    ["GlobalAveragePool", IMAGE, {}, []],
    ["ReduceMean", IMAGE, { axes: ints(3) }, []],
    ["ConvTranspose", IMAGE, { strides: ints(2, 2) }, [weights("w", [3, 4, 3, 3], 3), weights("b", [4], 4)]],
    ["MatMul", [1, 5, 16], {}, [weights("w", [16, 6], 3)]],
    ["Gemm", [2, 16], {}, [weights("w", [16, 6], 3), weights("b", [6], 4)]],
    ["Add", IMAGE, {}, [weights("k", [3, 1, 1], 5)]],
    ["Mul", IMAGE, {}, [weights("k", [3, 1, 1], 5)]],
    ["Sub", IMAGE, {}, [weights("k", [1], 5)]],
    ["Transpose", IMAGE, {}, []],
    ["Reshape", IMAGE, {}, [longs("shape", 3, -1)]],
    ["Slice", IMAGE, {}, [longs("a", 1), longs("b", 3), longs("c", 2)]],
  ])("%s of %o", async (opType, shape, attributes: Attributes, constants) => {
    for (const [, style] of STYLES.slice(1, 3)) {
      const { graph, steps } = await compare(single(opType, shape, attributes, constants), style);
      expect(steps.filter((step) => step > 1)).toEqual([]);
      for (const tensor of graph.tensors.filter(({ data }) => !data)) expect(tensor.dtype).toBe("int8");
    }
  });

  it("Concat of values of other scales", async () => {
    const { steps } = await compare(
      {
        opset: 13,
        inputs: { x: [1, 4, 6], z: [1, 4, 6] },
        outputs: ["y"],
        nodes: [node("Mul", ["z", "k"], "m"), node("Concat", ["x", "m"], "y", { axis: i(1) })],
        initializers: [tensor("k", [1], [3])],
      },
      { activations: "uint8", perChannel: false },
    );
    expect(steps.filter((step) => step > 1)).toEqual([]);
  });
});

describe("what the quantizer is told otherwise", () => {
  const dense = (weightType: "int8" | "uint8", zeroPoint: number) => ({
    opset: 13,
    inputs: { x: [1, 4] },
    outputs: ["y"],
    nodes: [
      node("QuantizeLinear", ["x", "xs", "xz"], "xq"),
      node("DequantizeLinear", ["xq", "xs", "xz"], "xd"),
      node("DequantizeLinear", ["w", "ws", "wz"], "wd"),
      node("MatMul", ["xd", "wd"], "m"),
      node("QuantizeLinear", ["m", "ys", "yz"], "yq"),
      node("DequantizeLinear", ["yq", "ys", "yz"], "y"),
    ],
    initializers: [
      tensor("xs", [], [0.02]),
      tensor("xz", [], [128], "uint8"),
      tensor("ys", [], [0.05]),
      tensor("yz", [], [120], "uint8"),
      tensor("ws", [], [0.01]),
      tensor("wz", [], [zeroPoint], weightType),
      tensor("w", [4, 2], [1, 2, 3, 4, 5, 6, 7, 8], weightType),
    ],
  });
  const refusals = (spec: ReturnType<typeof dense>) =>
    problemsOf(() => validate(importOnnx(onnxFile(spec), "test"))).map(({ code }) => code);

  it("takes symmetric weights in uint8", () => {
    expect(refusals(dense("uint8", 128))).toEqual([]);
  });

  it("refuses asymmetric weights", () => {
    expect(refusals(dense("uint8", 100))).toEqual(["weight-zero-point"]);
  });

  it("refuses a scale that is not that with which a value was quantized", () => {
    const spec = dense("int8", 0);
    const nodes = spec.nodes.with(1, node("DequantizeLinear", ["xq", "ys", "xz"], "xd"));
    expect(refusals({ ...spec, nodes })).toEqual(["onnx-quantization"]);
  });

  it("refuses scales that are none", () => {
    for (const scale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const spec = dense("int8", 0);
      const initializers = spec.initializers.with(4, tensor("ws", [], [scale]));
      expect(refusals({ ...spec, initializers })).toEqual(["scale"]);
    }
  });
});
