import { describe, expect, it } from "vitest";
import { changeWeights } from "../../codegen/bench/experiments/change-weights.js";
import { type VariantName, variantFile, variantOf } from "../../codegen/bench/experiments/variants.js";
import { exportTflite } from "../../codegen/export/tflite/export-tflite.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { importModel } from "../../codegen/import/import-model.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";

const INPUT_SCALE = 0.25;
const SCALES = [0.5, 0.125];
/** 20 weights of each of two output channels, in no order, the extremes among them. */
const WEIGHTS = Array.from({ length: 40 }, (_, i) => ((i * 37 + 11) % 256) - 128)
  .with(3, -128)
  .with(20, 0);
const BIAS = [1000, -70_000];

/** A convolution of filters of that size over 20 channels, or over as many as 20 weights a filter leave. */
function convolution(filter: number, weights = WEIGHTS): Graph {
  const depth = weights.length / 2 / filter ** 2;
  const side = { dtype: "int8", quantization: perTensor(INPUT_SCALE, 3) } as const;
  return singleOpGraph(
    "CONV_2D",
    {
      padding: "SAME",
      strideHeight: 1,
      strideWidth: 1,
      dilationHeight: 1,
      dilationWidth: 1,
      activation: "RELU",
    },
    [
      { ...side, shape: [1, 5, 5, depth] },
      {
        shape: [2, filter, filter, depth],
        dtype: "int8",
        quantization: { scales: SCALES, zeroPoints: [0, 0], axis: 0 },
        values: weights,
      },
      {
        shape: [2],
        dtype: "int32",
        quantization: { scales: SCALES.map((scale) => scale * INPUT_SCALE), zeroPoints: [0, 0], axis: 0 },
        values: BIAS,
      },
    ],
    [{ ...side, shape: [1, 5, 5, 2] }],
  );
}

const weightsOf = ({ tensors }: Graph) => Array.from(Int8Array.from(tensors[1].data!));
const scalesOf = ({ tensors }: Graph) => tensors[1].quantization!.scales;
const biasOf = ({ tensors }: Graph) => Array.from(new Int32Array(tensors[2].data!.slice().buffer));
const untouched = (changed: Graph, graph: Graph, ...but: readonly number[]) => {
  expect({ ...changed, tensors: [] }).toEqual({ ...graph, tensors: [] });
  for (const [id, tensor] of graph.tensors.entries())
    if (!but.includes(id)) expect(changed.tensors[id], `tensor ${id}`).toEqual(tensor);
};

describe("zeros75", () => {
  const graph = convolution(1);
  const changed = variantOf(graph, "zeros75");

  it("has three quarters of a layer's weights zero, the smallest in magnitude", () => {
    const weights = weightsOf(changed);
    expect(weights.filter((weight) => weight === 0)).toHaveLength(30);
    const kept = weights.filter((weight) => weight !== 0).map(Math.abs);
    const dropped = WEIGHTS.filter((_, i) => weights[i] === 0).map(Math.abs);
    expect(Math.min(...kept)).toBeGreaterThanOrEqual(Math.max(...dropped));
    for (const [i, weight] of weights.entries()) if (weight !== 0) expect(weight).toBe(WEIGHTS[i]);
    expect(weights[3]).toBe(-128);
  });

  it("leaves scales, bias and everything else", () => untouched(changed, graph, 1));

  it("leaves filters of other sizes, and changes those of 3×3", () => {
    const five = convolution(5, Array(100).fill(7));
    expect(variantOf(five, "zeros75")).toEqual(five);
    const three = variantOf(convolution(3, Array(72).fill(7)), "zeros75");
    expect(weightsOf(three)).toEqual([...Array(54).fill(0), ...Array(18).fill(7)]);
  });
});

describe.each([
  ["int4", 7],
  ["ternary", 1],
] as const)("%s", (name, most) => {
  const graph = convolution(1);
  const changed = variantOf(graph, name);

  it(`has levels from −${most} to ${most}, and uses an end in every channel`, () => {
    const weights = weightsOf(changed);
    for (const channel of [weights.slice(0, 20), weights.slice(20)])
      expect(Math.max(...channel.map(Math.abs))).toBe(most);
  });

  it("keeps the real bias to half a step of it, and its scale is that of input times weights", () => {
    for (const [channel, scale] of scalesOf(changed).entries()) {
      const biasScale = changed.tensors[2].quantization!.scales[channel];
      expect(biasScale).toBe(Math.fround(INPUT_SCALE * scale));
      const before = BIAS[channel] * INPUT_SCALE * SCALES[channel];
      expect(Math.abs(biasOf(changed)[channel] * biasScale - before)).toBeLessThan(0.51 * biasScale);
    }
  });

  it("leaves everything else, and is valid", () => {
    untouched(changed, graph, 1, 2);
    requireValid(changed);
  });

  it("leaves filters other than 1×1", () => {
    const three = convolution(3, Array(72).fill(7));
    expect(variantOf(three, name)).toEqual(three);
  });

  it("leaves a channel of zeros as it is", () => {
    const zeros = variantOf(convolution(1, Array(40).fill(0)), name);
    expect(weightsOf(zeros)).toEqual(Array(40).fill(0));
    expect(scalesOf(zeros)).toEqual(SCALES);
  });
});

it("int4 is within half a step of each weight", () => {
  const changed = variantOf(convolution(1), "int4");
  for (const [i, weight] of weightsOf(changed).entries()) {
    const channel = Math.floor(i / 20);
    const scale = scalesOf(changed)[channel];
    expect(Math.abs(weight * scale - WEIGHTS[i] * SCALES[channel])).toBeLessThanOrEqual(0.501 * scale);
  }
});

it("ternary keeps what is above 0.7 of the channel's mean magnitude, at the mean of what it keeps", () => {
  const changed = variantOf(convolution(1), "ternary");
  for (const channel of [0, 1]) {
    const before = WEIGHTS.slice(20 * channel, 20 * channel + 20);
    const after = weightsOf(changed).slice(20 * channel, 20 * channel + 20);
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const least = 0.7 * mean(before.map(Math.abs));
    expect(after).toEqual(before.map((weight) => (Math.abs(weight) > least ? Math.sign(weight) : 0)));
    const kept = before.filter((_, i) => after[i] !== 0).map(Math.abs);
    expect(scalesOf(changed)[channel]).toBe(Math.fround(SCALES[channel] * mean(kept)));
  }
});

it("one scale for all weights becomes one a channel where channels change apart", () => {
  const graph = convolution(1);
  const tensors = graph.tensors.with(1, { ...graph.tensors[1], quantization: perTensor(0.5, 0) });
  const half = {
    filters: [1],
    by: "channel",
    change: (weights: Int8Array) => ({ weights, step: 2 }),
  } as const;
  expect(scalesOf(changeWeights({ ...graph, tensors }, half))).toEqual([1, 1]);
});

it.each<VariantName>(["zeros75", "int4", "ternary"])("%s comes as a model file", (name) => {
  const graph = convolution(1);
  const file = variantFile(exportTflite(graph), "model.tflite", name);
  expect(weightsOf(importModel(file, "model.tflite"))).toEqual(weightsOf(variantOf(graph, name)));
});
