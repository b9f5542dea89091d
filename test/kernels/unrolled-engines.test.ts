/** Unrolled kernels under XS: their elements, and what they cost. */
import { expect, it, vi } from "vitest";
import type { Engine } from "../../boards/engine.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { importModel } from "../../codegen/import/import-model.js";
import { type Plan, plan } from "../../codegen/plan/plan.js";
import { describeGolden, goldenModel } from "../golden/golden.js";
import { conv2d, depthwiseConv2d } from "../reference/convolution.js";
import { int8Tensor } from "../support/arbitraries.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";
import { biasTensor, filter } from "../support/weights.js";
import { type DenseCase, type DenseLayer, type DenseModel, denseModel } from "./dense-layers.js";

vi.mock("../../codegen/plan/choose.js", async () => {
  const { choose } = await import("./unrolled-forms.js");
  return { chooseForms: (graph: never) => choose(graph, undefined, true) };
});

const sources = await runtimeSources();
const machine = { chunkBytes: 64 * 1024, slots: 1152, stackSlots: 384 };

async function run(engine: Engine, planned: Plan, inputs: readonly Uint8Array[]) {
  const report = await engine.run({
    artifact: emit(planned, "model", sources),
    module: "model",
    vectors: inputs.map((input) => [input]),
    machine,
  });
  const outputs = report.vectors.map(({ outputs }) => [...new Int8Array(Buffer.concat(outputs))]);
  const { instructions = 0, layers = [] } = report.counters;
  return { outputs, instructions: instructions / inputs.length, longestStep: layers[0]?.longestStep ?? 0 };
}

/** Layers of the given numbers of outputs, with random weights; a multiplier that makes the most of the output's range. */
function dense(inputs: number, zeroPoint: number, ...outputs: number[]): DenseModel {
  const random = { kind: "random" as const, seed: inputs };
  const layers = outputs.map((count, i): DenseLayer => {
    const depth = i === 0 ? inputs : outputs[i - 1];
    return {
      outputs: count,
      activation: i < outputs.length - 1 ? "RELU" : "NONE",
      weights: {
        perChannel: true,
        scale: 0.01,
        spread: 1.5,
        multiplier: Math.fround(0.012 / Math.sqrt(depth)),
        zeroPoint: i < outputs.length - 1 ? -128 : 3,
        fill: random,
        bias: { fill: random, bits: 12 },
      },
    };
  });
  const quantization = { scale: 0.05, zeroPoint };
  return denseModel({ inputs, quantization, fill: random, layers } satisfies DenseCase);
}

/** A 3×3 convolution over a 5×5 image, whose places are cut in nine ways. */
function windowed(kind: "CONV_2D" | "DEPTHWISE_CONV_2D", depth: number): DenseModel {
  const random = { kind: "random" as const, seed: depth };
  const input = int8Tensor([1, 5, 5, depth], { scale: 0.05, zeroPoint: -128 }, random);
  const window = {
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    padding: "SAME",
  } as const;
  const attributes = { ...window, activation: "RELU", depthMultiplier: 1 } as const;
  const isDepthwise = kind === "DEPTHWISE_CONV_2D";
  const multiplier = Math.fround(0.012 / Math.sqrt(isDepthwise ? 9 : 9 * depth));
  const weights = {
    perChannel: true,
    scale: 0.01,
    spread: 1.5,
    multiplier,
    zeroPoint: -128,
    fill: random,
    bias: null,
  };
  const filterTensor = filter(
    isDepthwise ? [1, 3, 3, depth] : [depth, 3, 3, depth],
    isDepthwise ? 3 : 0,
    weights,
  );
  const { output } = biasTensor(input, filterTensor, depth, weights);
  const { shape, values } = (isDepthwise ? depthwiseConv2d : conv2d)(
    attributes,
    input,
    filterTensor,
    undefined,
    output,
  );
  const result = { shape, dtype: "int8" as const, quantization: perTensor(output.scale, output.zeroPoint) };
  const graph = singleOpGraph(kind, attributes, [{ ...input, values: undefined }, filterTensor], [result]);
  return { graph, input: input.values, output: values.map((value) => value + 0) };
}

it.each([
  ["a convolution", windowed("CONV_2D", 8)],
  ["a depthwise convolution", windowed("DEPTHWISE_CONV_2D", 24)],
  ["a few outputs", dense(7, 4, 5)],
  ["many outputs", dense(40, -128, 24)],
  ["long sums", dense(500, -128, 4)],
  ["a chain of layers", dense(3, 0, 16, 16, 2)],
])("computes %s on XS and predicts within 10 per cent", async (_, { graph, input, output }) => {
  requireValid(graph);
  const planned = plan(graph);
  const bytes = new Uint8Array(Int8Array.from(input).buffer);
  expect((await run(xsEngine, planned, [bytes])).outputs).toEqual([output]);
  const counted = await run(rv32Engine, planned, [bytes]);
  expect(counted.outputs).toEqual([output]);
  const ratio = planned.layers[0].cost.instructions / counted.instructions;
  expect(Math.abs(ratio - 1), `${counted.instructions} instructions`).toBeLessThan(0.1);
});

describeGolden("hello_world_int8 as one kernel", () => {
  it("takes at most 60,000 instructions", async () => {
    const { model, vectors } = goldenModel("hello_world_int8");
    const graph = importModel(model, "hello");
    requireValid(graph);
    const { outputs, longestStep } = await run(
      rv32Engine,
      plan(graph),
      vectors.map(({ steps }) => steps[0]),
    );
    expect(outputs).toEqual(vectors.map(({ output }) => [...new Int8Array(output)]));
    expect(longestStep).toBeLessThan(60_000);
  });
});
