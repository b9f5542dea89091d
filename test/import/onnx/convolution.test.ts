import { describe, expect, it } from "vitest";
import type { Attributes } from "./onnx-model.js";
import { f, i, ints, node, s, tensor } from "./onnx-model.js";
import { expectSame, transpositions, values } from "./onnxruntime.js";

/** One convolution over [1, channels, …sizes]. */
function convolution(
  sizes: readonly number[],
  weights: readonly number[],
  attributes: Attributes,
  { opset = 13, bias = true } = {},
) {
  const count = weights.reduce((product, size) => product * size, 1);
  return {
    opset,
    inputs: { x: [1, ...sizes] },
    outputs: ["y"],
    nodes: [node("Conv", bias ? ["x", "w", "b"] : ["x", "w"], "y", attributes)],
    initializers: [
      tensor("w", weights, values(count, 1, 7)),
      ...(bias ? [tensor("b", [weights[0]], values(weights[0], 1, 9))] : []),
    ],
  };
}

const kinds = (ops: readonly { kind: string }[]) => ops.map(({ kind }) => kind);

describe("Conv", () => {
  it.each([
    ["no padding", {}, ["CONV_2D"]],
    ["padding of SAME", { pads: ints(1, 1, 1, 1) }, ["CONV_2D"]],
    ["SAME_UPPER with stride 2", { auto_pad: s("SAME_UPPER"), strides: ints(2, 2) }, ["CONV_2D"]],
    ["SAME_LOWER with stride 2", { auto_pad: s("SAME_LOWER"), strides: ints(2, 2) }, ["PAD", "CONV_2D"]],
    ["padding at one side", { pads: ints(0, 2, 1, 0) }, ["PAD", "CONV_2D"]],
    ["padding of 1 with stride 2", { pads: ints(1, 1, 1, 1), strides: ints(2, 2) }, ["PAD", "CONV_2D"]],
    ["more padding than windows reach", { pads: ints(1, 1, 4, 4), strides: ints(3, 3) }, ["PAD", "CONV_2D"]],
    ["dilation", { dilations: ints(2, 1), pads: ints(2, 1, 2, 1) }, ["CONV_2D"]],
    ["auto_pad VALID", { auto_pad: s("VALID"), kernel_shape: ints(3, 3) }, ["CONV_2D"]],
  ])("%s", async (_, attributes: Attributes, expected) => {
    const graph = await expectSame(convolution([3, 8, 10], [4, 3, 3, 3], attributes));
    expect(kinds(graph.ops)).toEqual(expected);
    expect(graph.tensors[graph.inputs[0]].shape).toEqual([1, 8, 10, 3]);
  });

  it.each([7, 11, 21])("in opset %d, without bias", async (opset) => {
    await expectSame(convolution([3, 8, 10], [4, 3, 1, 2], {}, { opset, bias: false }));
  });

  it.each([
    ["one filter a channel", [5, 1, 3, 3]],
    ["three filters a channel", [15, 1, 3, 3]],
  ])("depthwise, %s", async (_, weights) => {
    const graph = await expectSame(
      convolution([5, 8, 10], weights, { group: i(5), pads: ints(1, 1, 1, 1), strides: ints(2, 1) }),
    );
    expect(kinds(graph.ops)).toContain("DEPTHWISE_CONV_2D");
  });

  it("over sequences, with channels last in and out", async () => {
    const graph = await expectSame(convolution([3, 20], [6, 3, 5], { pads: ints(2, 2), strides: ints(1) }));
    expect(graph.tensors[graph.inputs[0]].shape).toEqual([1, 20, 3]);
    expect(transpositions(graph)).toBe(0);
  });

  it("depthwise over sequences, padded to the left only", async () => {
    await expectSame(convolution([4, 20], [4, 1, 3], { group: i(4), pads: ints(4, 0), dilations: ints(2) }));
  });

  it("with normalization, activations and addition between, transposes nothing", async () => {
    const channels = (name: string, seed: number, offset = 0) =>
      tensor(
        name,
        [4],
        values(4, 1, seed).map((value) => value + offset),
      );
    const graph = await expectSame({
      opset: 15,
      inputs: { x: [1, 3, 8, 10] },
      outputs: ["y"],
      nodes: [
        node("Conv", ["x", "w"], "c", { pads: ints(1, 1, 1, 1) }),
        node("BatchNormalization", ["c", "s", "b", "m", "v"], "n", { epsilon: f(1e-3) }),
        node("Relu", ["n"], "r"),
        node("Conv", ["r", "w2"], "d", { pads: ints(1, 1, 1, 1) }),
        node("Add", ["r", "d"], "a"),
        node("Mul", ["a", "k"], "y"),
      ],
      initializers: [
        tensor("w", [4, 3, 3, 3], values(108, 1, 3)),
        tensor("w2", [4, 4, 3, 3], values(144, 1, 4)),
        channels("s", 5, 2),
        channels("b", 6),
        channels("m", 7),
        channels("v", 8, 2),
        tensor("k", [4, 1, 1], [1, 2, 3, 4]),
      ],
    });
    expect(transpositions(graph)).toBe(0);
  });
});

describe("ConvTranspose", () => {
  const transposed = (sizes: readonly number[], weights: readonly number[], attributes: Attributes) => ({
    ...convolution(sizes, weights, {}),
    nodes: [node("ConvTranspose", ["x", "w", "b"], "y", attributes)],
    initializers: [
      tensor(
        "w",
        weights,
        values(
          weights.reduce((a, b) => a * b, 1),
          1,
          7,
        ),
      ),
      tensor("b", [weights[1]], values(weights[1], 1, 9)),
    ],
  });

  it.each([
    ["no padding", {}],
    ["stride 2", { strides: ints(2, 2) }],
    [
      "padding and output padding, as PyTorch doubles images",
      { strides: ints(2, 2), pads: ints(1, 1, 1, 1), output_padding: ints(1, 1) },
    ],
    ["padding at one side", { strides: ints(2, 3), pads: ints(0, 1, 1, 0) }],
    ["SAME_UPPER", { strides: ints(2, 2), auto_pad: s("SAME_UPPER") }],
    ["SAME_LOWER", { strides: ints(2, 2), auto_pad: s("SAME_LOWER") }],
    ["an output shape", { strides: ints(2, 2), output_shape: ints(12, 11) }],
  ])("%s", async (_, attributes: Attributes) => {
    const graph = await expectSame(transposed([3, 5, 7], [3, 4, 3, 3], attributes));
    expect(transpositions(graph)).toBe(0);
  });

  it("over sequences", async () => {
    await expectSame(transposed([3, 9], [3, 5, 4], { strides: ints(2), pads: ints(1, 1) }));
  });
});
