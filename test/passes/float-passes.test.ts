import { describe, expect, it } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import { FloatGraph } from "../support/float-graph.js";
import { passed } from "./float-equality.js";

const SAME = {
  padding: "SAME",
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
} as const;
const VALID = { ...SAME, padding: "VALID" } as const;
const NONE = { activation: "NONE" } as const;

const kinds = (graph: Graph) => graph.ops.map(({ kind }) => kind);

describe("batch normalization", () => {
  const normalized = (build: FloatGraph, x: number, channels: number) => {
    const scaled = build.op("MUL", NONE, x, build.constant([channels]));
    return build.op("ADD", { activation: "RELU" }, build.constant([channels]), scaled);
  };

  it("goes into the convolution before it, with its activation", () => {
    const build = new FloatGraph();
    const x = build.input([1, 5, 6, 3]);
    const y = build.op("CONV_2D", { ...SAME, ...NONE }, x, build.constant([4, 3, 3, 3]));
    const graph = passed(build, build.graph([normalized(build, y, 4)]));
    expect(graph.ops.map(({ kind, attributes }) => [kind, attributes])).toEqual([
      ["CONV_2D", { ...SAME, activation: "RELU" }],
    ]);
  });

  it("goes into depthwise convolutions and dense layers", () => {
    const build = new FloatGraph();
    const x = build.input([1, 5, 6, 3]);
    const depthwise = { ...VALID, ...NONE, depthMultiplier: 2, strideHeight: 2 };
    const y = build.op("DEPTHWISE_CONV_2D", depthwise, x, build.constant([1, 3, 3, 6]), build.constant([6]));
    const z = build.op("RESHAPE", { newShape: [1, 48] }, normalized(build, y, 6));
    const dense = build.op("FULLY_CONNECTED", { ...NONE, keepDims: false }, z, build.constant([5, 48]));
    const less = build.op("SUB", NONE, build.constant([5]), dense);
    const graph = passed(build, build.graph([build.op("DIV", NONE, less, build.constant([]))]));
    expect(kinds(graph)).toEqual(["DEPTHWISE_CONV_2D", "RESHAPE", "FULLY_CONNECTED"]);
  });

  it("goes into the layer after it where that pads nothing, or shifts nothing", () => {
    const build = new FloatGraph();
    const x = build.input([1, 5, 6, 3]);
    const conv = (window: typeof SAME | typeof VALID, from: number, depth: number) =>
      build.op("CONV_2D", { ...window, activation: "RELU6" }, from, build.constant([depth, 2, 2, 3]));
    const affine = build.op("ADD", NONE, build.op("MUL", NONE, x, build.constant([3])), build.constant([3]));
    const scaled = build.op("MUL", NONE, conv(VALID, affine, 3), build.constant([3]));
    const graph = passed(build, build.graph([conv(SAME, scaled, 2)]));
    expect(kinds(graph)).toEqual(["CONV_2D", "CONV_2D"]);
  });

  it("goes into transposed convolutions, but for a shift before them", () => {
    const build = new FloatGraph();
    const window = { padding: "SAME", strideHeight: 2, strideWidth: 2, ...NONE } as const;
    const transposed = (x: number, shape: number[], depth: number) =>
      build.op("TRANSPOSE_CONV", window, build.indexes(shape), build.constant([shape[3], 3, 3, depth]), x);
    const x = build.op("MUL", NONE, build.input([1, 2, 3, 2]), build.constant([2]));
    const y = normalized(build, transposed(x, [1, 4, 6, 3], 2), 3);
    const shifted = build.op("SUB", NONE, y, build.constant([3]));
    const graph = passed(build, build.graph([transposed(shifted, [1, 8, 12, 1], 3)]));
    expect(kinds(graph)).toEqual(["TRANSPOSE_CONV", "SUB", "TRANSPOSE_CONV"]);
  });

  it("stays before a convolution that pads", () => {
    const build = new FloatGraph();
    const x = build.input([1, 5, 6, 3]);
    const shifted = build.op("ADD", NONE, x, build.constant([3]));
    const y = build.op("CONV_2D", { ...SAME, ...NONE }, shifted, build.constant([4, 3, 3, 3]));
    expect(kinds(passed(build, build.graph([y])))).toEqual(["ADD", "CONV_2D"]);
  });

  it("stays where the sum before it is needed itself, or has an activation", () => {
    const build = new FloatGraph();
    const x = build.input([2, 3]);
    const dense = (activation: "NONE" | "RELU") =>
      build.op("FULLY_CONNECTED", { activation, keepDims: false }, x, build.constant([4, 3]));
    const [y, z] = [dense("NONE"), dense("RELU")];
    const outputs = [y, z].map((from) => build.op("MUL", NONE, from, build.constant([4])));
    expect(kinds(passed(build, build.graph([y, ...outputs])))).toEqual([
      "FULLY_CONNECTED",
      "FULLY_CONNECTED",
      "MUL",
      "MUL",
    ]);
  });

  it("is one depthwise convolution where nothing takes it in", () => {
    const build = new FloatGraph();
    const [a, b] = [build.input([1, 4, 5, 3]), build.input([1, 4, 5, 2])];
    const x = normalized(build, build.op("CONCATENATION", { ...NONE, axis: 3 }, a, b), 5);
    const y = build.op("CONV_2D", { ...SAME, ...NONE }, x, build.constant([4, 3, 3, 5]));
    const graph = passed(build, build.graph([y]));
    expect(kinds(graph)).toEqual(["CONCATENATION", "DEPTHWISE_CONV_2D", "CONV_2D"]);
    expect(graph.ops[1].attributes).toMatchObject({ activation: "RELU", depthMultiplier: 1 });
  });

  it("leaves weights alone that another layer shares", () => {
    const build = new FloatGraph();
    const [weights, x, z] = [build.constant([4, 4]), build.input([2, 4]), build.input([2, 4])];
    const dense = (from: number) => build.op("FULLY_CONNECTED", { ...NONE, keepDims: false }, from, weights);
    const graph = passed(build, build.graph([normalized(build, dense(x), 4), dense(z)]));
    expect(kinds(graph)).toEqual(["FULLY_CONNECTED", "FULLY_CONNECTED"]);
  });
});

describe("activations", () => {
  it.each([
    ["RELU", [["RELU"]]],
    ["RELU6", [["RELU6"]]],
    [
      "RELU6",
      [
        ["MAXIMUM", 0],
        ["MINIMUM", 6],
      ],
    ],
    ["RELU6", [["MINIMUM", 6], ["RELU"]]],
    [
      "RELU_N1_TO_1",
      [
        ["MINIMUM", 1],
        ["MAXIMUM", -1],
      ],
    ],
    ["RELU", [["MAXIMUM", 0], ["RELU"]]],
  ] as const)("fuse as %s: %j", (activation, clamps) => {
    const build = new FloatGraph();
    let x = build.op("ADD", NONE, build.input([2, 3]), build.input([2, 3]));
    for (const [kind, bound] of clamps)
      x = bound === undefined ? build.op(kind, {}, x) : build.op(kind, {}, x, build.constant([], [bound]));
    const { ops } = passed(build, build.graph([x]));
    expect(ops.map(({ kind, attributes }) => [kind, attributes])).toEqual([["ADD", { activation }]]);
  });

  it("become one operator where none before takes them", () => {
    const build = new FloatGraph();
    const x = build.op("TANH", {}, build.input([2, 3]));
    const least = build.op("MAXIMUM", {}, build.constant([3], [0, 0, 0]), x);
    const clamped = build.op("MINIMUM", {}, least, build.constant([1], [6]));
    expect(kinds(passed(build, build.graph([clamped])))).toEqual(["TANH", "RELU6"]);
  });

  it("stay where bounds are no activation, or the operator before is needed without", () => {
    const build = new FloatGraph();
    const x = build.op("ADD", NONE, build.input([2, 3]), build.input([2, 3]));
    const relu = build.op("RELU", {}, x);
    const clamped = build.op("MINIMUM", {}, relu, build.constant([], [0.5]));
    expect(kinds(passed(build, build.graph([x, clamped])))).toEqual(["ADD", "RELU", "MINIMUM"]);
  });
});

describe("padding", () => {
  const padded = (paddings: readonly number[], stride: number) => {
    const build = new FloatGraph();
    const x = build.op("PAD", {}, build.input([1, 6, 7, 2]), build.indexes(paddings, [4, 2]));
    const window = { ...VALID, strideHeight: stride, strideWidth: stride, ...NONE };
    return passed(build, build.graph([build.op("CONV_2D", window, x, build.constant([3, 3, 3, 2]))]));
  };

  it("is the convolution's own where windows stay at their places", () => {
    for (const graph of [padded([0, 0, 1, 1, 1, 1, 0, 0], 1), padded([0, 0, 0, 1, 1, 1, 0, 0], 2)])
      expect(graph.ops.map(({ attributes }) => attributes)).toMatchObject([{ padding: "SAME" }]);
  });

  it("stays where it moves windows, adds channels or images, or changes the size of the output", () => {
    for (const [paddings, stride] of [
      [[0, 0, 1, 1, 1, 1, 0, 0], 2],
      [[0, 0, 2, 2, 2, 2, 0, 0], 1],
      [[0, 0, 1, 0, 1, 1, 0, 0], 1],
      [[1, 0, 1, 1, 1, 1, 0, 0], 1],
    ] as const)
      expect(kinds(padded(paddings, stride))).toEqual(["PAD", "CONV_2D"]);
  });
});

describe("what does nothing", () => {
  it("goes, in the middle, before an output and in what is constant", () => {
    const build = new FloatGraph();
    const x = build.input([1, 2, 3, 4]);
    let y = build.op("ADD", NONE, x, build.constant([1, 1, 1, 1], [0]));
    y = build.op("TANH", {}, y);
    y = build.op("RESHAPE", { newShape: [1, 2, -1, 4] }, y);
    y = build.op("TRANSPOSE", {}, y, build.indexes([0, 1, 2, 3]));
    y = build.op("MEAN", { keepDims: true }, y, build.indexes([0]));
    y = build.op("SLICE", {}, y, build.indexes([0, 0, 0, 0]), build.indexes([-1, -1, -1, -1]));
    const constant = build.op(
      "LOGISTIC",
      {},
      build.op("ADD", NONE, build.constant([4]), build.constant([4])),
    );
    y = build.op("MAXIMUM", {}, y, constant);
    y = build.op("CONCATENATION", { ...NONE, axis: 0 }, y);
    y = build.op("PAD", {}, y, build.indexes(new Array(8).fill(0), [4, 2]));
    build.op("TANH", {}, y);
    expect(kinds(passed(build, build.graph([y])))).toEqual(["TANH", "MAXIMUM"]);
  });

  it("stays where it is all between an input and an output", () => {
    const build = new FloatGraph();
    const x = build.input([3]);
    const y = build.op("MUL", NONE, x, build.constant([], [1]));
    expect(kinds(passed(build, build.graph([y])))).toEqual(["MUL"]);
  });
});
