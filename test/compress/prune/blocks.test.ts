/** What is left without residual blocks computes what a network that never had them does. */
import { describe, expect, it } from "vitest";
import type { Activation } from "../../../codegen/arithmetic/activation.js";
import { residualBlocks, withoutBlocks } from "../../../codegen/compress/prune/blocks.js";
import { FloatModel } from "../../../codegen/float/execute.js";
import { requireFloat } from "../../../codegen/float/validate.js";
import type { Graph, TensorId } from "../../../codegen/graph/graph.js";
import { FloatGraph, SAME_RELU } from "../../support/float-graph.js";
import { problemsOf } from "../../support/problems.js";

interface Block {
  readonly activation: Activation;
  /** Whether what goes past is the first operand. */
  readonly isFirst?: boolean;
}

/** Residual blocks in a row between a convolution and a dense layer; those that are not wanted are never built. */
function network(
  blocks: readonly Block[],
  without: readonly number[] = [],
  first: Activation = "RELU",
): Graph {
  const build = new FloatGraph(6);
  const convolution = (x: TensorId, activation: Activation) =>
    build.op(
      "CONV_2D",
      { ...SAME_RELU, activation },
      x,
      build.constant([3, 3, 3, build.shape(x)[3]]),
      build.constant([3]),
    );
  let x = convolution(build.input([1, 5, 5, 2]), first);
  blocks.forEach(({ activation, isFirst }, i) => {
    if (without.includes(i)) {
      build.random(2 * (81 + 3)); // the constants that it had
      if (activation === "RELU" || activation === "RELU6") x = build.op(activation, {}, x);
      return;
    }
    const inside = convolution(convolution(x, "RELU"), "NONE");
    x = build.op("ADD", { activation }, ...(isFirst ? [x, inside] : [inside, x]));
  });
  const flat = build.op("RESHAPE", { newShape: [1, 75] }, x);
  const dense = { activation: "NONE", keepDims: false } as const;
  return build.graph([build.op("FULLY_CONNECTED", dense, flat, build.constant([2, 75]), null)]);
}

const outputs = (graph: Graph) => {
  requireFloat(graph);
  const model = new FloatModel(graph);
  return [1, 2, 3].map((seed) => model.run([new FloatGraph(seed).random(50)]).get(graph.outputs[0])!);
};

const names = (graph: Graph) => residualBlocks(graph).map(({ add }) => add.name);

describe.each<Activation>(["NONE", "RELU", "RELU6"])("blocks that end in %s", (activation) => {
  it.each([[0], [1], [2], [0, 1], [1, 2], [2, 0], [0, 1, 2]])("without %s, %s, %s", (...gone) => {
    const without = gone.filter((i) => i !== undefined);
    const blocks = [{ activation }, { activation, isFirst: true }, { activation }];
    const graph = network(blocks);
    const known = names(graph);
    expect(known).toHaveLength(3);
    const left = withoutBlocks(
      graph,
      without.map((i) => known[i]),
    );
    expect(left.ops.filter(({ kind }) => kind === "ADD")).toHaveLength(3 - without.length);
    expect(left.ops.filter(({ kind }) => kind === "CONV_2D")).toHaveLength(7 - 2 * without.length);
    expect(outputs(left)).toEqual(outputs(network(blocks, without)));
    expect(names(left)).toEqual(known.filter((_, i) => !without.includes(i)));
  });
});

it("keeps an activation only where there is something for it to do", () => {
  const relu = network([{ activation: "RELU" }], [], "RELU");
  expect(withoutBlocks(relu, names(relu)).ops.map(({ kind }) => kind)).not.toContain("RELU");
  const linear = network([{ activation: "RELU" }], [], "NONE");
  const left = withoutBlocks(linear, names(linear));
  expect(left.ops.map(({ kind }) => kind)).toContain("RELU");
  expect(outputs(left)).toEqual(outputs(network([{ activation: "RELU" }], [0], "NONE")));
});

it("a block that makes the output, or is of the model's input", () => {
  const build = new FloatGraph(2);
  const input = build.input([1, 4, 4, 3]);
  const inside = build.op("CONV_2D", SAME_RELU, input, build.constant([3, 1, 1, 3]), null);
  const graph = build.graph([build.op("ADD", { activation: "RELU" }, inside, input)]);
  const left = withoutBlocks(graph, names(graph));
  requireFloat(left);
  const image = new FloatGraph(3).random(48);
  expect(new FloatModel(left).run([image]).get(left.outputs[0])).toEqual(image.map((it) => Math.max(0, it)));
  expect(left.ops.map(({ kind }) => kind)).toEqual(["RELU"]);
});

it("all that there is: the output is the input then", () => {
  const build = new FloatGraph(2);
  const input = build.input([1, 4, 4, 3]);
  const inside = build.op("CONV_2D", SAME_RELU, input, build.constant([3, 1, 1, 3]), null);
  const graph = build.graph([build.op("ADD", { activation: "NONE" }, inside, input)]);
  const left = withoutBlocks(graph, names(graph));
  requireFloat(left);
  const image = new FloatGraph(3).random(48);
  expect(new FloatModel(left).run([image]).get(left.outputs[0])).toEqual(image);
});

it("knows no blocks in sums of constants, of other shapes, or of two paths of which neither goes past", () => {
  const build = new FloatGraph(2);
  const input = build.input([1, 4, 4, 3]);
  const conv = (x: TensorId) => build.op("CONV_2D", SAME_RELU, x, build.constant([3, 1, 1, 3]), null);
  const constant = build.op("ADD", { activation: "NONE" }, input, build.constant([3]));
  const paths = build.op("ADD", { activation: "NONE" }, conv(constant), conv(constant));
  const clamped = build.op("ADD", { activation: "RELU_N1_TO_1" }, conv(paths), paths);
  expect(names(build.graph([clamped]))).toEqual([]);
});

it("refuses names that are none", () => {
  const graph = network([{ activation: "RELU" }]);
  const problems = problemsOf(() => {
    withoutBlocks(graph, ["CONV_2D 0"]);
    return [];
  });
  expect(problems).toMatchObject([
    { code: "block-unknown", details: { name: "CONV_2D 0", known: names(graph) } },
  ]);
});

it("takes a block that is named twice out once", () => {
  const graph = network([{ activation: "RELU" }, { activation: "RELU" }]);
  const [first, second] = names(graph);
  expect(names(withoutBlocks(graph, [first, first]))).toEqual([second]);
});
