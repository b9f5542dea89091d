import { describe, expect, it } from "vitest";
import { pruneChannels } from "../../../codegen/compress/prune/channels.js";
import { masked, maskOf, type Pruned, unpruned } from "../../../codegen/compress/prune/mask.js";
import { channelIndexes } from "../../../codegen/compress/prune/method.js";
import { parameterId, prunableLayers } from "../../../codegen/compress/prune/parameter.js";
import { customFromMask, lnStructured } from "../../../codegen/compress/prune/prune.js";
import { shrink } from "../../../codegen/compress/prune/shrink/shrink.js";
import { QuantizedModel } from "../../../codegen/compress/quantize/execute.js";
import { quantize } from "../../../codegen/compress/quantize/quantize.js";
import { FloatModel } from "../../../codegen/float/execute.js";
import { requireFloat, validateFloat } from "../../../codegen/float/validate.js";
import { elements, type Graph, type TensorId } from "../../../codegen/graph/graph.js";
import { validate } from "../../../codegen/graph/validate.js";
import { importModel } from "../../../codegen/import/import-model.js";
import { runFloatPasses } from "../../../codegen/passes/float/index.js";
import { runPasses } from "../../../codegen/passes/index.js";
import { relativeError } from "../../float/relative-error.js";
import { describeGolden, goldenFile } from "../../golden/golden.js";
import { randomFloatGraph } from "../../passes/float-graphs.js";
import { FloatGraph } from "../../support/float-graph.js";
import { randomNetwork } from "./networks.js";

const TOLERANCE = 1e-5;

/** The graph with about a third of each layer's filters pruned, and half of their biases. */
function withFewerFilters(graph: Graph, build: FloatGraph): Graph {
  let pruned: Pruned = unpruned(graph);
  for (const op of prunableLayers(graph)) {
    const dim = op.kind === "DEPTHWISE_CONV_2D" ? 3 : 0;
    const id = parameterId(op, "weight")!;
    const mask = maskOf(pruned, id).slice();
    const bias = parameterId(op, "bias");
    const biasMask = bias === undefined ? undefined : maskOf(pruned, bias).slice();
    channelIndexes(graph.tensors[id].shape, dim).forEach((filter, channel) => {
      if (build.random(1)[0] > -0.3) return;
      for (const i of filter) mask[i] = 0;
      if (biasMask && build.random(1)[0] > 0) biasMask[channel] = 0;
    });
    pruned = customFromMask(pruned, { layer: op.name, name: "weight" }, mask);
    if (biasMask) pruned = customFromMask(pruned, { layer: op.name, name: "bias" }, biasMask);
  }
  return masked(pruned);
}

const feeds = (build: FloatGraph, { inputs, tensors }: Graph) =>
  inputs.map((id) => build.random(elements(tensors[id].shape)));

const constantBytes = ({ tensors }: Graph) => tensors.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);

function expectSameFloat(build: FloatGraph, before: Graph, after: Graph, hint: string): void {
  requireFloat(after);
  expect(after.inputs).toEqual(before.inputs);
  for (let i = 0; i < 2; i++) {
    const inputs = feeds(build, before);
    const [wanted, found] = [before, after].map((graph) => new FloatModel(graph).run(inputs));
    for (const id of before.outputs)
      if (wanted.has(id))
        expect(relativeError(found.get(id)!, wanted.get(id)!), hint).toBeLessThan(TOLERANCE);
  }
}

function expectSameIntegers(build: FloatGraph, before: Graph, after: Graph, hint: string): void {
  expect(validate(after), hint).toEqual([]);
  for (let i = 0; i < 2; i++) {
    const inputs = feeds(build, before);
    const [wanted, found] = [before, after].map((graph) => new QuantizedModel(graph).run(inputs));
    for (const id of before.outputs) expect([...found.get(id)!], hint).toEqual([...wanted.get(id)!]);
  }
}

describe("random networks with residuals and concatenations", () => {
  const SEEDS = 120;

  it("float: what shrunk ones compute is what masked ones compute", () => {
    let [before, after, shrunk] = [0, 0, 0];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { build, graph } = randomNetwork(seed);
      const pruned = withFewerFilters(graph, build);
      const smaller = shrink(pruned);
      expectSameFloat(build, pruned, smaller, `seed ${seed}`);
      before += constantBytes(pruned);
      after += constantBytes(smaller);
      shrunk += +(constantBytes(smaller) < constantBytes(pruned));
    }
    expect(shrunk).toBeGreaterThan(0.9 * SEEDS);
    expect(after).toBeLessThan(0.7 * before);
  });

  it.each(["int8", "16x8"] as const)("%s: bit by bit", (scheme) => {
    let shrunk = 0;
    for (let seed = 1; seed <= SEEDS / 2; seed++) {
      const { build, graph } = randomNetwork(seed);
      const samples = Array.from({ length: 3 }, () => feeds(build, graph));
      const quantized = runPasses(quantize(graph, samples, { rounding: "nearest", scheme }).graph);
      const pruned = withFewerFilters(quantized, build);
      const smaller = shrink(pruned);
      expectSameIntegers(build, pruned, smaller, `seed ${seed}`);
      shrunk += +(constantBytes(smaller) < constantBytes(pruned));
    }
    expect(shrunk).toBeGreaterThan(0.4 * SEEDS);
  });
});

it("random graphs of all operators that passes look at compute the same", () => {
  let shrunk = 0;
  for (let seed = 1; seed <= 600; seed++) {
    const { build, graph } = randomFloatGraph(seed);
    if (validateFloat(graph).length > 0) continue;
    const pruned = withFewerFilters(runFloatPasses(graph), build);
    const smaller = shrink(pruned);
    expectSameFloat(build, pruned, smaller, `seed ${seed}`);
    shrunk += +(smaller !== pruned);
  }
  expect(shrunk).toBeGreaterThan(10);
});

it("so do random graphs that are quantized, bit by bit", () => {
  let shrunk = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const { build, graph } = randomFloatGraph(seed);
    if (validateFloat(graph).length > 0) continue;
    const samples = Array.from({ length: 2 }, () => feeds(build, graph));
    const quantized = runPasses(quantize(graph, samples, { rounding: "nearest" }).graph);
    const pruned = withFewerFilters(quantized, build);
    const smaller = shrink(pruned);
    expectSameIntegers(build, pruned, smaller, `seed ${seed}`);
    shrunk += +(smaller !== pruned);
  }
  expect(shrunk).toBeGreaterThan(0);
});

describeGolden("published networks", () => {
  it.each([
    ["kws_ref_int8", 0.45],
    ["resnet8_int8", 0.45],
    ["person_detect_int8", 0.45],
    ["ad01_int8", 0.55],
    ["micro_speech_int8", 0.55],
  ])("%s without half of its channels computes what it computes with zeros there", (name, most) => {
    const before = runPasses(importModel(goldenFile(name), "model.tflite"));
    const pruned = masked(pruneChannels(unpruned(before), { fraction: 0.5 }));
    const smaller = shrink(pruned);
    expect(constantBytes(smaller)).toBeLessThan(most * constantBytes(before));
    expectSameIntegers(new FloatGraph(1), pruned, smaller, name);
  });
});

const WINDOW = { strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1 } as const;

describe("what goes and what stays", () => {
  const convolution = (
    build: FloatGraph,
    input: TensorId,
    weights: TensorId,
    bias: TensorId | null,
    {
      padding = "SAME",
      activation = "RELU",
    }: { padding?: "SAME" | "VALID"; activation?: "NONE" | "RELU" } = {},
  ) => build.op("CONV_2D", { ...WINDOW, padding, activation }, input, weights, bias);

  /** Three filters of which the second has no weights and a bias, then a 3×3 layer. */
  function two(bias: number, padding: "SAME" | "VALID") {
    const build = new FloatGraph(1);
    const hidden = convolution(
      build,
      build.input([1, 4, 4, 1]),
      build.constant([3, 1, 1, 1], [1, 0, 2]),
      build.constant([3], [1, bias, 1]),
    );
    const output = convolution(build, hidden, build.constant([2, 3, 3, 3]), null, { padding });
    return { build, hidden, graph: build.graph([output]) };
  }

  it("a constant channel becomes part of the next bias where the window stays in the image", () => {
    const { build, hidden, graph } = two(0.5, "VALID");
    const smaller = shrink(graph);
    expect(smaller.tensors[hidden].shape).toEqual([1, 4, 4, 2]);
    expect(smaller.ops[1].inputs[2]).not.toBeNull();
    expectSameFloat(build, graph, smaller, "");
  });

  it("and is kept where it is short at the edges, unless it is zero", () => {
    const { graph } = two(0.5, "SAME");
    expect(shrink(graph)).toBe(graph);
    for (const bias of [0, -0.5]) {
      const { build, hidden, graph: zero } = two(bias, "SAME");
      const smaller = shrink(zero);
      expect(smaller.tensors[hidden].shape).toEqual([1, 4, 4, 2]);
      expect(smaller.ops[1].inputs[2]).toBeNull();
      expectSameFloat(build, zero, smaller, "");
    }
  });

  it("a channel that nobody has weights for goes, and those that only it needed", () => {
    const build = new FloatGraph(1);
    const dense = (x: TensorId, outputs: number, weights?: readonly number[]) =>
      build.op(
        "FULLY_CONNECTED",
        { activation: "RELU", keepDims: false },
        x,
        build.constant([outputs, build.shape(x)[1]], weights),
        null,
      );
    const first = dense(build.input([1, 3]), 2);
    // Hidden 1 is all that reads the second of these, and the last layer has no weight for it.
    const second = dense(first, 2, [1, 0, 2, 3]);
    const smaller = shrink(build.graph([dense(second, 2, [1, 0, 4, 0])]));
    expect([first, second].map((id) => smaller.tensors[id].shape)).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it("a residual's channel goes when all branches do without it", () => {
    const residual = (firstPruned: readonly number[], secondPruned: readonly number[]) => {
      const build = new FloatGraph(2);
      const input = build.input([1, 4, 4, 3]);
      const branch = (gone: readonly number[]) =>
        convolution(
          build,
          input,
          build.constant(
            [4, 1, 1, 3],
            build.random(12).map((w, i) => (gone.includes(Math.floor(i / 3)) ? 0 : w)),
          ),
          build.constant([4]),
          { activation: "NONE" },
        );
      const sum = build.op("ADD", { activation: "RELU" }, branch(firstPruned), branch(secondPruned));
      const graph = build.graph([convolution(build, sum, build.constant([2, 1, 1, 4]), null)]);
      const smaller = shrink(graph);
      expectSameFloat(build, graph, smaller, "");
      return smaller.tensors[sum].shape[3];
    };
    expect(residual([1, 2], [2, 3])).toBe(3);
    expect(residual([1], [2])).toBe(4);
  });

  it("depthwise layers follow, a flattened image loses its inputs, and outputs never shrink", () => {
    const build = new FloatGraph(3);
    const hidden = convolution(
      build,
      build.input([1, 3, 3, 2]),
      build.constant([4, 1, 1, 2], [1, 2, 0, 0, 3, 4, 0, 0]),
      build.constant([4], [1, -1, 1, 2]),
    );
    const depthwise = build.op(
      "DEPTHWISE_CONV_2D",
      { ...WINDOW, padding: "SAME", depthMultiplier: 1, activation: "NONE" },
      hidden,
      build.constant([1, 3, 3, 4]),
      build.constant([4]),
    );
    const flat = build.op("RESHAPE", { newShape: [1, 36] }, depthwise);
    const output = build.op(
      "FULLY_CONNECTED",
      { activation: "NONE", keepDims: false },
      flat,
      build.constant(
        [3, 36],
        build.random(3 * 36).map((w, i) => (i < 36 ? 0 : w)),
      ),
      null,
    );
    const graph = build.graph([output]);
    const smaller = shrink(graph);
    // Channel 3 is 2 throughout, which is not so after a depthwise layer; a dense layer takes that, too.
    expect([hidden, depthwise, flat, output].map((id) => smaller.tensors[id].shape)).toEqual([
      [1, 3, 3, 2],
      [1, 3, 3, 2],
      [1, 18],
      [1, 3],
    ]);
    expectSameFloat(build, graph, smaller, "");
  });

  it("channels of a depthwise layer over one input channel go by themselves", () => {
    const build = new FloatGraph(5);
    const hidden = build.op(
      "DEPTHWISE_CONV_2D",
      { ...WINDOW, padding: "SAME", depthMultiplier: 4, activation: "RELU" },
      build.input([1, 3, 3, 1]),
      build.constant(
        [1, 2, 2, 4],
        build.random(16).map((w, i) => (i % 4 === 1 ? 0 : w)),
      ),
      build.constant([4], [0.1, 0.2, 0.3, 0.4]),
    );
    const flat = build.op("RESHAPE", { newShape: [1, 36] }, hidden);
    const dense = { activation: "NONE", keepDims: false } as const;
    const graph = build.graph([build.op("FULLY_CONNECTED", dense, flat, build.constant([2, 36]), null)]);
    const smaller = shrink(graph);
    expect(smaller.tensors[hidden].shape).toEqual([1, 3, 3, 3]);
    expect(smaller.ops[0].attributes).toMatchObject({ depthMultiplier: 3 });
    expectSameFloat(build, graph, smaller, "");
  });

  it("constants that two layers share are cut for each", () => {
    const build = new FloatGraph(4);
    const input = build.input([1, 4]);
    const dense = (x: TensorId, weights: TensorId) =>
      build.op("FULLY_CONNECTED", { activation: "NONE", keepDims: false }, x, weights, null);
    const shared = build.constant(
      [4, 4],
      build.random(16).map((w, i) => (i >= 4 && i < 8 ? 0 : w)),
    );
    const graph = build.graph([dense(dense(dense(input, shared), shared), shared)]);
    const smaller = shrink(graph);
    expect(smaller.ops.map(({ inputs }) => smaller.tensors[inputs[1]!].shape)).toEqual([
      [3, 4],
      [3, 3],
      [4, 3],
    ]);
    expectSameFloat(build, graph, smaller, "");
  });

  it("a dense layer with a scale for each channel keeps two, since with one scale it rounds otherwise", () => {
    const build = new FloatGraph(6);
    const dense = (x: TensorId, outputs: number) =>
      build.op(
        "FULLY_CONNECTED",
        { activation: "RELU", keepDims: false },
        x,
        build.constant([outputs, build.shape(x)[1]]),
        build.constant([outputs]),
      );
    const hidden = dense(build.input([1, 8]), 5);
    const graph = build.graph([dense(hidden, 3)]);
    const samples = Array.from({ length: 4 }, () => feeds(build, graph));
    const quantized = quantize(graph, samples, { rounding: "nearest" }).graph;
    const one = masked(pruneChannels(unpruned(quantized), { count: 4 }));
    const smaller = shrink(one);
    expect(smaller.tensors[hidden].shape).toEqual([1, 2]);
    expectSameIntegers(build, one, smaller, "");
  });

  it("a tensor keeps a channel even if none matters", () => {
    const { build, hidden, graph } = two(0, "VALID");
    const all = masked(lnStructured(unpruned(graph), { layer: 0, name: "weight" }, { count: 3 }, 2, 0));
    const smaller = shrink(all);
    expect(smaller.tensors[hidden].shape).toEqual([1, 4, 4, 1]);
    expectSameFloat(build, all, smaller, "");
  });
});
