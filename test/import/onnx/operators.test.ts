import { describe, expect, it } from "vitest";
import type * as schema from "../../../codegen/import/onnx/schema.js";
import { runFloatPasses } from "../../../codegen/passes/float/index.js";
import type { Attributes } from "./onnx-model.js";
import { f, floats, i, ints, longs, node, s, t, tensor } from "./onnx-model.js";
import { expectSame, transpositions, values } from "./onnxruntime.js";

/** A model of one node over `x` and constants. */
function single(
  opset: number,
  opType: string,
  shape: readonly number[],
  attributes: Attributes = {},
  constants: readonly schema.TensorDraft[] = [],
  outputs: readonly string[] = ["y"],
) {
  return {
    opset,
    inputs: { x: shape },
    outputs,
    nodes: [node(opType, ["x", ...constants.map(({ name }) => name ?? "")], outputs, attributes)],
    initializers: constants,
  };
}

const IMAGE = [1, 3, 6, 8];
const SEQUENCE = [1, 4, 9];
const scalar = (name: string, value: number) => tensor(name, [], [value]);

describe("activations", () => {
  it.each([
    ["Relu", 7, {}],
    ["Sigmoid", 7, {}],
    ["Tanh", 7, {}],
    ["LeakyRelu", 7, { alpha: f(0.3) }],
    ["LeakyRelu", 16, {}],
    ["HardSwish", 14, {}],
    ["HardSigmoid", 7, { alpha: f(0.25), beta: f(0.4) }],
    ["Clip", 7, { min: f(-0.5), max: f(0.75) }],
    ["Clip", 10, { min: f(0), max: f(6) }],
    ["Clip", 7, {}],
  ])("%s in opset %d with %o", async (opType, opset, attributes: Attributes) => {
    for (const shape of [IMAGE, [1, 5]]) await expectSame(single(opset, opType, shape, attributes), 8);
  });

  it("x times its hard sigmoid is a hard swish", async () => {
    const graph = await expectSame({
      opset: 13,
      inputs: { x: IMAGE },
      outputs: ["y"],
      nodes: [
        node("HardSigmoid", ["x"], "h", { alpha: f(1 / 6), beta: f(0.5) }),
        node("Mul", ["x", "h"], "y"),
      ],
    });
    expect(runFloatPasses(graph).ops.map(({ kind }) => kind)).toEqual(["HARD_SWISH"]);
  });

  it.each([
    [0, 6],
    [-1, 1],
    [0, 3.4028234663852886e38],
    [-3.4028234663852886e38, 0.5],
  ])("Clip with inputs %d and %d", async (low, high) => {
    await expectSame(single(13, "Clip", [1, 7], {}, [scalar("low", low), scalar("high", high)]), 8);
  });

  it.each([
    [7, {}, [1, 3, 4]],
    [12, { axis: i(2) }, [1, 3, 4]],
    [12, { axis: i(1) }, [2, 3, 4, 5]],
    [13, {}, [1, 3, 4]],
    [13, { axis: i(1) }, [2, 3, 4, 5]],
    [13, { axis: i(-2) }, [2, 3, 4]],
  ])("Softmax in opset %d with %o over %o", async (opset, attributes: Attributes, shape) => {
    await expectSame(single(opset, "Softmax", shape, attributes));
  });
});

describe("pools", () => {
  const kernel = { kernel_shape: ints(3, 2) };
  const windows: [string, Attributes][] = [
    ["no padding", { ...kernel, strides: ints(2, 2) }],
    ["SAME_UPPER", { ...kernel, auto_pad: s("SAME_UPPER"), strides: ints(2, 2) }],
    ["SAME_LOWER", { ...kernel, auto_pad: s("SAME_LOWER"), strides: ints(2, 2) }],
    ["padding before", { ...kernel, pads: ints(1, 1, 0, 0) }],
    ["padding around, stride 2", { ...kernel, pads: ints(1, 1, 1, 1), strides: ints(2, 2) }],
    ["ceil_mode", { ...kernel, ceil_mode: i(1), strides: ints(2, 2) }],
  ];
  it.each(windows)("MaxPool, %s", async (_, attributes) => {
    await expectSame(single(12, "MaxPool", IMAGE, attributes));
  });
  it.each(windows)("AveragePool, %s", async (_, attributes) => {
    await expectSame(single(11, "AveragePool", IMAGE, attributes));
  });
  it.each(windows.filter(([what]) => what !== "ceil_mode"))(
    "AveragePool that counts padding, %s",
    async (_, attributes) => {
      await expectSame(single(11, "AveragePool", IMAGE, { ...attributes, count_include_pad: i(1) }));
    },
  );
  it.each(["MaxPool", "AveragePool"])("%s over a sequence", async (opType) => {
    const graph = await expectSame(
      single(11, opType, SEQUENCE, { kernel_shape: ints(2), strides: ints(2), pads: ints(1, 0) }),
    );
    expect(transpositions(graph)).toBe(0);
  });
  it.each(["GlobalAveragePool", "GlobalMaxPool"])("%s", async (opType) => {
    await expectSame(single(9, opType, IMAGE));
    await expectSame(single(9, opType, SEQUENCE));
  });
});

describe("dense layers", () => {
  const b = (dims: number[]) => tensor("b", dims, values(dims[0] * dims[1], 1, 5));
  it.each([
    ["B", {}, b([6, 4]), undefined],
    ["B transposed and C", { transB: i(1) }, b([4, 6]), tensor("c", [4], [1, 2, 3, 4])],
    ["alpha, beta and C [1, 4]", { alpha: f(0.5), beta: f(2) }, b([6, 4]), tensor("c", [1, 4], [1, 2, 3, 4])],
    ["one C for all", { transB: i(1), beta: f(3) }, b([4, 6]), scalar("c", 0.5)],
  ])("Gemm with %s", async (_, attributes: Attributes, matrix, c) => {
    const constants = c ? [matrix, c] : [matrix];
    for (const opset of c ? [7, 9, 13] : [11, 13])
      await expectSame(single(opset, "Gemm", [3, 6], attributes, constants));
  });
  it.each([[[3, 6]], [[1, 5, 6]], [[2, 3, 5, 6]]])("MatMul of %o", async (shape) => {
    await expectSame(single(13, "MatMul", shape, {}, [b([6, 4])]));
  });
  it("Gemm over a flattened image has its weights in the image's order", async () => {
    const graph = await expectSame({
      opset: 13,
      inputs: { x: IMAGE },
      outputs: ["y"],
      nodes: [
        node("MaxPool", ["x"], "p", { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
        node("Flatten", ["p"], "f"),
        node("Dropout", ["f"], "d"),
        node("Gemm", ["d", "b"], "y", { transB: i(1) }),
      ],
      initializers: [tensor("b", [5, 36], values(180, 1, 6))],
    });
    expect(transpositions(graph)).toBe(0);
  });
  it("MatMul over a sequence in rows", async () => {
    const graph = await expectSame({
      opset: 13,
      inputs: { x: SEQUENCE },
      outputs: ["y"],
      nodes: [
        node("MaxPool", ["x"], "p", { kernel_shape: ints(2) }),
        node("Reshape", ["p", "shape"], "r"),
        node("MatMul", ["r", "b"], "y"),
      ],
      initializers: [longs("shape", 0, -1), tensor("b", [32, 3], values(96, 1, 6))],
    });
    expect(transpositions(graph)).toBe(0);
  });
});

describe("normalization", () => {
  const channels = (name: string, seed: number, offset = 0) =>
    tensor(
      name,
      [4],
      values(4, 1, seed).map((value) => value + offset),
    );
  const parameters = [channels("s", 1), channels("b", 2), channels("m", 3), channels("v", 4, 2)];
  it.each([[[1, 4, 3, 5]], [[1, 4, 6]], [[3, 4]]])("BatchNormalization of %o", async (shape) => {
    for (const opset of [7, 9, 14, 15])
      await expectSame(single(opset, "BatchNormalization", shape, { epsilon: f(0.01) }, parameters));
  });
});

describe("arithmetic", () => {
  const shapes: [string, number[]][] = [
    ["a number", []],
    ["a row", [8]],
    ["one a channel", [3, 1, 1]],
    ["all", [1, 3, 6, 8]],
  ];
  for (const opType of ["Add", "Sub", "Mul", "Div"])
    it.each(shapes)(`${opType} with %s`, async (_, dims) => {
      const count = dims.reduce((product, size) => product * size, 1);
      const constant = tensor(
        "k",
        dims,
        values(count, 1, 3).map((value) => value + 2),
      );
      await expectSame(single(13, opType, IMAGE, {}, [constant]));
    });
  it("a constant less a value, with what was computed channels last", async () => {
    await expectSame({
      opset: 13,
      inputs: { x: IMAGE, z: IMAGE },
      outputs: ["y"],
      nodes: [
        node("MaxPool", ["x"], "p", { kernel_shape: ints(1, 1) }),
        node("Sub", ["k", "p"], "d"),
        node("Add", ["z", "d"], "y"),
      ],
      initializers: [tensor("k", [3, 1, 1], [1, 2, 3])],
    });
  });
  it.each(["Max", "Min", "Sum"])("%s of three", async (opType) => {
    await expectSame({
      opset: 13,
      inputs: { x: [2, 3], z: [2, 3] },
      outputs: ["y"],
      nodes: [node(opType, ["x", "z", "k"], "y")],
      initializers: [tensor("k", [3], [0.1, -0.2, 0.3])],
    });
  });
});

describe("movement", () => {
  it.each([
    ["Flatten", 13, {}, []],
    ["Flatten", 9, { axis: i(2) }, []],
    ["Flatten", 13, { axis: i(0) }, []],
    ["Reshape", 7, {}, [longs("shape", 0, -1, 4)]],
    ["Reshape", 14, {}, [longs("shape", 2, 3, 48)]],
    ["Transpose", 7, {}, []],
    ["Transpose", 13, { perm: ints(0, 2, 3, 1) }, []],
    ["Transpose", 13, { perm: ints(0, 3, 1, 2) }, []],
    ["Unsqueeze", 7, { axes: ints(0, 2) }, []],
    ["Unsqueeze", 13, {}, [longs("axes", -1)]],
    ["Identity", 7, {}, []],
    ["Dropout", 10, { ratio: f(0.5) }, []],
    ["Cast", 9, { to: i(1) }, []],
    ["Pad", 7, { pads: ints(0, 0, 1, 2, 0, 0, 0, 1) }, []],
    ["Pad", 10, { pads: ints(0, 0, 1, 2, 0, 0, 0, 1), value: f(1.5) }, []],
    ["Pad", 13, { mode: s("constant") }, [longs("pads", 0, 1, 0, 0, 0, 2, 0, 0), scalar("value", -2)]],
    ["ReduceMean", 7, { axes: ints(2, 3) }, []],
    ["ReduceMean", 13, { axes: ints(-1), keepdims: i(0) }, []],
    ["ReduceMean", 18, { keepdims: i(0) }, [longs("axes", 1, 2)]],
    ["ReduceMean", 18, {}, []],
    ["Slice", 7, { starts: ints(1, -4), ends: ints(3, 100), axes: ints(1, 3) }, []],
    ["Slice", 13, {}, [longs("a", 0, 2), longs("b", 2, -1), longs("c", 1, 2)]],
    ["Slice", 13, {}, [longs("a", 7, 0), longs("b", -100, 5), longs("c", 3, 2), longs("d", -2, 2)]],
    ["Gather", 13, { axis: i(3) }, [tensor("k", [], [-1], "int64")]],
    ["Gather", 13, { axis: i(2) }, [longs("k", 2, 3, 4)]],
  ])("%s in opset %d with %o", async (opType, opset, attributes: Attributes, constants) => {
    await expectSame(single(opset, opType, [2, 3, 6, 8], attributes, constants));
  });

  it.each([
    ["Squeeze", 7, { axes: ints(0, 2) }, []],
    ["Squeeze", 13, {}, [longs("axes", -2)]],
    ["Squeeze", 13, {}, []],
  ])("%s in opset %d with %o", async (opType, opset, attributes: Attributes, constants) => {
    await expectSame(single(opset, opType, [1, 3, 1, 8], attributes, constants));
  });

  it.each([
    [7, { axis: i(3) }, [], 2],
    [11, { axis: i(3), split: ints(3, 5) }, [], 2],
    [13, { axis: i(1) }, [longs("split", 1, 2)], 2],
    [18, { axis: i(-1), num_outputs: i(3) }, [], 3],
  ])("Split in opset %d with %o", async (opset, attributes: Attributes, constants, parts) => {
    const outputs = ["y", "z", "q"].slice(0, parts);
    await expectSame(single(opset, "Split", IMAGE, attributes, constants, outputs));
  });

  it("operators over axes, between operators that want channels last", async () => {
    const graph = await expectSame({
      opset: 13,
      inputs: { x: IMAGE },
      outputs: ["y"],
      nodes: [
        node("MaxPool", ["x"], "p", { kernel_shape: ints(2, 2) }),
        node("Pad", ["p", "pads"], "q"),
        node("Concat", ["q", "q"], "c", { axis: i(1) }),
        node("Split", ["c"], ["l", "r"], { axis: i(1) }),
        node("Slice", ["r", "starts", "ends", "axes"], "s"),
        node("ReduceMean", ["l"], "m", { axes: ints(3), keepdims: i(1) }),
        node("Softmax", ["s"], "n", { axis: i(1) }),
        node("Add", ["m", "n"], "a"),
        node("AveragePool", ["a"], "y", { kernel_shape: ints(2, 1) }),
      ],
      initializers: [
        longs("pads", 0, 0, 1, 0, 0, 0, 0, 2),
        longs("starts", 0, 0),
        longs("ends", 100, 1),
        longs("axes", 2, 3),
      ],
    });
    expect(transpositions(graph)).toBe(0);
  });

  it("the same for sequences", async () => {
    const graph = await expectSame({
      opset: 13,
      inputs: { x: SEQUENCE },
      outputs: ["y"],
      nodes: [
        node("MaxPool", ["x"], "p", { kernel_shape: ints(2) }),
        node("Pad", ["p", "pads"], "q"),
        node("Concat", ["q", "q"], "c", { axis: i(2) }),
        node("Slice", ["c", "starts", "ends", "axes"], "s"),
        node("Unsqueeze", ["s", "two"], "u"),
        node("AveragePool", ["u"], "a", { kernel_shape: ints(1, 3) }),
        node("ReduceMean", ["a"], "y", { axes: ints(2, 3), keepdims: i(0) }),
      ],
      initializers: [
        longs("pads", 0, 0, 1, 0, 0, 2),
        longs("starts", 2),
        longs("ends", 14),
        longs("axes", 2),
        longs("two", 2),
      ],
    });
    expect(transpositions(graph)).toBe(0);
  });

  it("a model that has channels last itself keeps them", async () => {
    const graph = await expectSame({
      opset: 13,
      inputs: { x: [1, 6, 8, 3] },
      outputs: ["y"],
      nodes: [
        node("Transpose", ["x"], "t", { perm: ints(0, 3, 1, 2) }),
        node("MaxPool", ["t"], "p", { kernel_shape: ints(2, 2) }),
        node("Transpose", ["p"], "y", { perm: ints(0, 2, 3, 1) }),
      ],
    });
    expect(transpositions(graph)).toBe(0);
    expect(graph.tensors[graph.inputs[0]].shape).toEqual([1, 6, 8, 3]);
    expect(graph.tensors[graph.outputs[0]].shape).toEqual([1, 5, 7, 3]);
  });
});

describe("Resize", () => {
  const none = tensor("roi", [0], []);
  const scales = tensor("scales", [4], [1, 1, 2, 3]);
  it.each([
    ["Upsample", 7, { scales: floats(1, 1, 2, 2) }, []],
    ["Upsample", 9, { mode: s("nearest") }, [scales]],
    ["Resize", 10, {}, [scales]],
    [
      "Resize",
      11,
      { coordinate_transformation_mode: s("asymmetric"), nearest_mode: s("floor") },
      [none, scales],
    ],
    ["Resize", 13, {}, [none, scales]],
    ["Resize", 19, {}, [none, tensor("empty", [0], []), longs("sizes", 1, 3, 12, 16)]],
    [
      "Resize",
      13,
      { coordinate_transformation_mode: s("asymmetric"), nearest_mode: s("floor") },
      [none, tensor("empty", [0], []), longs("sizes", 1, 3, 4, 5)],
    ],
    [
      "Resize",
      13,
      { coordinate_transformation_mode: s("align_corners"), nearest_mode: s("round_prefer_ceil") },
      [none, scales],
    ],
  ])("%s in opset %d with %o", async (opType, opset, attributes: Attributes, constants) => {
    await expectSame(single(opset, opType, IMAGE, attributes, constants));
  });
});

describe("constants", () => {
  it("shapes that are computed, as PyTorch exports x.view(x.size(0), -1)", async () => {
    const graph = await expectSame({
      opset: 11,
      inputs: { x: ["N", 3, 4, 5] },
      outputs: ["y"],
      nodes: [
        node("Shape", ["x"], "s"),
        node("Constant", [], "zero", { value: t(tensor("", [], [0], "int64")) }),
        node("Gather", ["s", "zero"], "n", { axis: i(0) }),
        node("Unsqueeze", ["n"], "u", { axes: ints(0) }),
        node("Constant", [], "rest", { value: t(longs("", -1)) }),
        node("Concat", ["u", "rest"], "c", { axis: i(0) }),
        node("Reshape", ["x", "c"], "y"),
      ],
    });
    expect(graph.ops.map(({ kind }) => kind)).toEqual(["RESHAPE"]);
  });

  it("arithmetic, types and slices", async () => {
    await expectSame({
      opset: 13,
      inputs: { x: [1, 12] },
      outputs: ["y"],
      nodes: [
        node("Shape", ["x"], "s"),
        node("Slice", ["s", "one", "two"], "twelve"),
        node("Div", ["twelve", "five"], "rows"),
        node("Cast", ["twelve"], "float", { to: i(1) }),
        node("Mul", ["float", "half"], "h"),
        node("Floor", ["h"], "floor"),
        node("Cast", ["floor"], "six", { to: i(7) }),
        node("Sub", ["twelve", "six"], "again"),
        node("Concat", ["rows", "again"], "shape", { axis: i(0) }),
        node("Reshape", ["x", "shape"], "r"),
        node("ConstantOfShape", ["shape"], "ones", { value: t(tensor("", [1], [1.5])) }),
        node("Sqrt", ["ones"], "roots"),
        node("Transpose", ["roots"], "w", { perm: ints(1, 0) }),
        node("Range", ["zero", "limit", "delta"], "bias"),
        node("Gemm", ["r", "w", "bias"], "y"),
      ],
      initializers: [
        longs("one", 1),
        longs("two", 2),
        longs("five", 5),
        tensor("half", [1], [0.5]),
        scalar("zero", 0),
        scalar("limit", 2),
        scalar("delta", 1),
      ],
    });
  });
});
