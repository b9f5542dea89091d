import { describe, expect, it } from "vitest";
import type { Graph, TensorId } from "../../codegen/graph/graph.js";
import { FloatGraph } from "../support/float-graph.js";
import { passed } from "./float-equality.js";

const NONE = { activation: "NONE" } as const;
const WINDOW = { padding: "SAME", strideHeight: 1, strideWidth: 1, ...NONE } as const;

/** A network with channels first: every operator with a window stands between two transpositions. */
class ChannelsFirst {
  readonly build = new FloatGraph();
  readonly input: TensorId;

  constructor(shape: readonly number[]) {
    this.input = this.build.input(shape);
  }

  window(x: TensorId, between: (nhwc: TensorId) => TensorId): TensorId {
    const nhwc = this.build.op("TRANSPOSE", {}, x, this.build.indexes([0, 2, 3, 1]));
    return this.build.op("TRANSPOSE", {}, between(nhwc), this.build.indexes([0, 3, 1, 2]));
  }

  conv(x: TensorId, depth: number, stride = 1): TensorId {
    const { build } = this;
    const weights = build.constant([depth, 3, 3, build.shape(x)[1]]);
    const attributes = { ...WINDOW, strideHeight: stride, dilationHeight: 1, dilationWidth: 1 };
    return this.window(x, (nhwc) => build.op("CONV_2D", attributes, nhwc, weights, build.constant([depth])));
  }

  pool(x: TensorId): TensorId {
    const attributes = { ...WINDOW, filterHeight: 2, filterWidth: 2 };
    return this.window(x, (nhwc) => this.build.op("MAX_POOL_2D", attributes, nhwc));
  }

  normalize(x: TensorId): TensorId {
    const { build } = this;
    const channels = build.shape(x)[1];
    const scaled = build.op("MUL", NONE, x, build.constant([channels, 1, 1]));
    return build.op("ADD", NONE, scaled, build.constant([1, channels, 1, 1]));
  }

  dense(x: TensorId, outputs: number): TensorId {
    const { build } = this;
    const length = build
      .shape(x)
      .slice(1)
      .reduce((a, b) => a * b, 1);
    const rows = build.op("RESHAPE", { newShape: [-1, length] }, x);
    const weights = build.constant([outputs, length]);
    return build.op(
      "FULLY_CONNECTED",
      { ...NONE, keepDims: false },
      rows,
      weights,
      build.constant([outputs]),
    );
  }
}

const kinds = ({ ops }: Graph) => ops.map(({ kind }) => kind);

describe("transpositions of networks with channels first", () => {
  it("leave a residual network whose image is transposed once", () => {
    const net = new ChannelsFirst([1, 3, 6, 8]);
    const { build } = net;
    let x = build.op("RELU", {}, net.normalize(net.conv(net.input, 4)));
    const branch = net.normalize(net.conv(build.op("RELU6", {}, net.normalize(net.conv(x, 4))), 4));
    x = build.op("RELU", {}, build.op("ADD", NONE, branch, x));
    x = net.pool(net.conv(x, 5, 2));
    x = build.op("MEAN", { keepDims: true }, x, build.indexes([2, 3]));
    const graph = passed(build, build.graph([net.dense(x, 2)]));
    expect(kinds(graph)).toEqual([
      "TRANSPOSE",
      "CONV_2D",
      "CONV_2D",
      "CONV_2D",
      "ADD",
      "CONV_2D",
      "MAX_POOL_2D",
      "MEAN",
      "RESHAPE",
      "FULLY_CONNECTED",
    ]);
  });

  it("leave dense blocks, gates and padding, and weights of a dense layer in another order", () => {
    const net = new ChannelsFirst([2, 3, 5, 4]);
    const { build } = net;
    const first = net.conv(net.input, 2);
    let x = build.op("CONCATENATION", { ...NONE, axis: 1 }, first, build.op("TANH", {}, net.conv(first, 3)));
    const squeezed = build.op("MEAN", { keepDims: false }, x, build.indexes([-1, -2]));
    const gate = build.op("RESHAPE", { newShape: [2, 5, 1, 1] }, build.op("LOGISTIC", {}, squeezed));
    x = build.op("MUL", NONE, gate, x);
    x = build.op("PAD", {}, x, build.indexes([0, 0, 0, 1, 1, 0, 2, 0], [4, 2]));
    const [half] = build.split("SPLIT", { count: 2 }, [build.indexes([1], []), x], 2);
    const strided = {
      beginMask: 15,
      endMask: 15,
      ellipsisMask: 0,
      newAxisMask: 0,
      shrinkAxisMask: 0,
      offset: false,
    };
    const ends = [0, 0, 0, 0];
    x = build.op(
      "STRIDED_SLICE",
      strided,
      half,
      build.indexes(ends),
      build.indexes(ends),
      build.indexes([1, 1, 2, 1]),
    );
    const graph = passed(build, build.graph([net.dense(x, 3)]));
    expect(kinds(graph).filter((kind) => kind === "TRANSPOSE")).toHaveLength(1);
  });

  it("go where a channel shuffle splits and joins channels", () => {
    const net = new ChannelsFirst([1, 4, 3, 2]);
    const { build } = net;
    let x = net.conv(net.input, 6);
    x = build.op("RESHAPE", { newShape: [1, 2, 3, 3, 2] }, x);
    x = build.op("TRANSPOSE", {}, x, build.indexes([0, 2, 1, 3, 4]));
    x = build.op("RESHAPE", { newShape: [1, 6, 3, 2] }, x);
    const graph = passed(build, build.graph([net.dense(net.conv(x, 2), 2)]));
    expect(kinds(graph).filter((kind) => kind === "TRANSPOSE")).toHaveLength(2);
  });

  it("are changes of shape for images of one channel or one pixel, and one operator in a row", () => {
    const net = new ChannelsFirst([1, 1, 4, 5]);
    const { build } = net;
    const x = build.op("RESHAPE", { newShape: [1, -1] }, net.conv(net.input, 1));
    expect(kinds(passed(build, build.graph([x])))).toEqual(["RESHAPE", "CONV_2D", "RESHAPE"]);
    const other = new FloatGraph();
    const turned = other.op("TRANSPOSE", {}, other.input([2, 3, 4]), other.indexes([1, 2, 0]));
    const again = other.op("TRANSPOSE", {}, other.op("TANH", {}, turned), other.indexes([1, 2, 0]));
    expect(kinds(passed(other, other.graph([again])))).toEqual(["TANH", "TRANSPOSE"]);
  });
});
