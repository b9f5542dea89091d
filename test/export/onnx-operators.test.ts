/** int8 operators, each by itself, as QDQ ONNX: how far onnxruntime's float32 is from TFLM's integers. */
import { expect, it } from "vitest";
import { exportOnnx } from "../../codegen/export/onnx/export-onnx.js";
import { elements, type Graph } from "../../codegen/graph/graph.js";
import type { AttributesOf, OpKind } from "../../codegen/graph/op.js";
import { importOnnx } from "../../codegen/import/onnx/import-onnx.js";
import { runPasses } from "../../codegen/passes/index.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { openOnnx } from "../import/onnx/onnxruntime.js";
import { type Filling, integers } from "../support/arbitraries.js";
import { perTensor, singleOpGraph, type TensorSpec } from "../support/graph-builder.js";

const IMAGE = [1, 16, 16, 8];
const ROWS = [64, 32];

const int8 = (shape: readonly number[], scale = 0.05, zeroPoint = 3): TensorSpec => ({
  shape,
  dtype: "int8",
  quantization: perTensor(Math.fround(scale), zeroPoint),
});
const random = (seed: number, length: number, min: number, max: number) =>
  integers({ kind: "random", seed } as Filling, length, 0, min, max);
const weights = (shape: readonly number[], axis: number): TensorSpec => {
  const scales = Array.from({ length: shape[axis] }, (_, i) => Math.fround(0.004 + 0.0007 * i));
  const quantization = { scales, zeroPoints: scales.map(() => 0), axis };
  return { shape, dtype: "int8", quantization, values: random(7, elements(shape), -127, 127) };
};
const bias = (count: number): TensorSpec => ({
  shape: [count],
  dtype: "int32",
  quantization: perTensor(1, 0),
  values: random(8, count, -2000, 2000),
});
const indexes = (values: readonly number[], shape = [values.length]): TensorSpec => ({
  shape,
  dtype: "int32",
  values,
});

const window = { padding: "SAME", strideHeight: 1, strideWidth: 1 } as const;
const dilation = { dilationHeight: 1, dilationWidth: 1 } as const;
const square = { filterHeight: 2, filterWidth: 2, strideHeight: 2, strideWidth: 2 } as const;

/** The graph, and the share of its outputs that are to be equal; all others are one step away. */
type Case = readonly [name: string, least: number, graph: Graph];

function single<K extends OpKind>(
  least: number,
  kind: K,
  attributes: AttributesOf<K>,
  inputs: readonly TensorSpec[],
  output: TensorSpec,
): Case {
  const { activation = "" } = attributes as { activation?: string };
  return [`${kind} ${activation}`.trim(), least, singleOpGraph(kind, attributes, inputs, [output])];
}

const convolution = [int8(IMAGE), weights([6, 3, 3, 8], 0), bias(6)];
const depthwise = [int8(IMAGE), weights([1, 3, 3, 8], 3), bias(8)];
const dense = [
  int8(ROWS),
  { ...weights([6, 32], 0), quantization: perTensor(Math.fround(0.004), 0) },
  bias(6),
];
const NONE = { activation: "NONE" } as const;
const RELU = { activation: "RELU" } as const;

const CASES: readonly Case[] = [
  single(0.995, "CONV_2D", { ...window, ...dilation, ...NONE }, convolution, int8([1, 16, 16, 6], 0.3)),
  single(0.999, "CONV_2D", { ...window, ...dilation, ...RELU }, convolution, int8([1, 16, 16, 6], 0.3, -128)),
  single(
    0.999,
    "DEPTHWISE_CONV_2D",
    { ...window, ...dilation, depthMultiplier: 1, ...RELU },
    depthwise,
    int8(IMAGE, 0.1, -128),
  ),
  single(0.999, "FULLY_CONNECTED", { keepDims: false, ...RELU }, dense, int8([64, 6], 0.1, -128)),
  single(0.995, "FULLY_CONNECTED", { keepDims: false, ...NONE }, dense, int8([64, 6], 0.1)),
  single(
    0.999,
    "TRANSPOSE_CONV",
    { padding: "SAME", strideHeight: 2, strideWidth: 2, ...RELU },
    [indexes([1, 32, 32, 6]), weights([6, 3, 3, 8], 0), int8(IMAGE), bias(6)],
    int8([1, 32, 32, 6], 0.3, -128),
  ),
  single(0.99, "ADD", NONE, [int8(IMAGE), int8(IMAGE, 0.08, -4)], int8(IMAGE, 0.0937)),
  single(0.99, "SUB", NONE, [int8(IMAGE), int8(IMAGE, 0.08, -4)], int8(IMAGE, 0.0937)),
  single(0.97, "MUL", NONE, [int8(IMAGE), int8(IMAGE, 0.08, -4)], int8(IMAGE, 0.2)),
  single(1, "MAXIMUM", {}, [int8(IMAGE), int8(IMAGE)], int8(IMAGE)),
  single(0.85, "AVERAGE_POOL_2D", { ...window, ...square, ...NONE }, [int8(IMAGE)], int8([1, 8, 8, 8])),
  single(1, "MAX_POOL_2D", { ...window, ...square, ...NONE }, [int8(IMAGE)], int8([1, 8, 8, 8])),
  single(0.99, "MEAN", { keepDims: false }, [int8(IMAGE), indexes([1, 2])], int8([1, 8], 0.01)),
  single(0.95, "LEAKY_RELU", { alpha: Math.fround(0.1) }, [int8(IMAGE)], int8(IMAGE, 0.0437)),
  single(0.99, "LOGISTIC", {}, [int8(IMAGE)], int8(IMAGE, 1 / 256, -128)),
  single(0.99, "TANH", {}, [int8(IMAGE)], int8(IMAGE, 1 / 128, 0)),
  single(0.99, "HARD_SWISH", {}, [int8(IMAGE)], int8(IMAGE, 0.0437)),
  single(0.99, "SOFTMAX", { beta: 1 }, [int8(ROWS, 0.1)], int8(ROWS, 1 / 256, -128)),
  single(0.99, "QUANTIZE", {}, [int8(IMAGE)], int8(IMAGE, 0.07, -20)),
  single(1, "CONCATENATION", { axis: 3, ...NONE }, [int8(IMAGE), int8(IMAGE)], int8([1, 16, 16, 16])),
  single(1, "PAD", {}, [int8(IMAGE), indexes([0, 0, 1, 2, 3, 0, 0, 0], [4, 2])], int8([1, 19, 19, 8])),
];

/** Inputs at random, the same each time. */
const inputsOf = (graph: Graph) =>
  graph.inputs.map((id, i) => random(20 + i, elements(graph.tensors[id].shape), -128, 127));

function here(graph: Graph): number[] {
  const network = instantiate(plan(runPasses(graph)));
  for (const [i, values] of inputsOf(graph).entries()) network.inputs[i].data.set(values);
  return Array.from(network.run(), Number);
}

async function there(graph: Graph): Promise<number[]> {
  const run = await openOnnx(exportOnnx(graph));
  const feeds = inputsOf(graph).map((values, i) => {
    const { name, shape: dims, quantization } = graph.tensors[graph.inputs[i]];
    const { scales, zeroPoints } = quantization!;
    return [`${name}/float`, { dims, data: values.map((q) => (q - zeroPoints[0]) * scales[0]) }];
  });
  const [result] = Object.values(await run(Object.fromEntries(feeds)));
  const { scales, zeroPoints } = graph.tensors[graph.outputs[0]].quantization!;
  return Array.from(result.data, (value) => Math.round(value / scales[0]) + zeroPoints[0]);
}

it.each(CASES)("%s", async (name, least, graph) => {
  const [ours, theirs] = [here(graph), await there(graph)];
  const steps = ours.map((q, i) => Math.abs(q - theirs[i]));
  const equal = steps.filter((step) => step === 0).length / steps.length;
  console.info(`${name}: at most ${Math.max(...steps)}, ${(100 * equal).toFixed(2)} % are equal`);
  expect(Math.max(...steps)).toBeLessThanOrEqual(1);
  expect(equal).toBeGreaterThanOrEqual(least);
  expect(here(importOnnx(exportOnnx(graph), "again"))).toEqual(ours);
});
