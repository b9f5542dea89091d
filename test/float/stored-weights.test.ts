import { expect, it } from "vitest";
import { FloatModel } from "../../codegen/float/execute.js";
import { isFloat } from "../../codegen/float/validate.js";
import { fromFloat16 } from "../../codegen/import/float16.js";
import { importTflite } from "../../codegen/import/tflite/import-tflite.js";
import * as schema from "../../codegen/import/tflite/schema.js";
import { runFloatPasses } from "../../codegen/passes/float/index.js";
import { Refusal } from "../../codegen/problems/problem.js";
import { bytes, type Fields, table } from "../import/flat.js";
import {
  build,
  code,
  convModel,
  operator,
  quantization,
  type RawModel,
  tensor,
  type,
} from "../import/raw-model.js";

const float = (name: string, shape: number[], buffer = 0): Fields => ({
  ...tensor(name, shape, buffer),
  [schema.Tensor.type]: type("float32"),
  [schema.Tensor.quantization]: table({}),
});

const buffer = (array: Uint16Array | Float32Array): Fields => ({
  [schema.Buffer.data]: bytes(new Uint8Array(array.buffer)),
});

it("numbers of half precision", () => {
  const known = [
    [0x0000, 0],
    [0x3c00, 1],
    [0xb800, -0.5],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ] as const;
  const bits = Uint16Array.from(known, ([half]) => half);
  expect([...fromFloat16(new Uint8Array(bits.buffer))]).toEqual(known.map(([, value]) => value));
});

/** x (0) → FULLY_CONNECTED with DEQUANTIZE (3) of weights (1) of half precision → y (2). */
function halfModel(): RawModel {
  return {
    ...convModel(),
    codes: [code("DEQUANTIZE", 3), code("FULLY_CONNECTED", 1)],
    buffers: [{}, buffer(Uint16Array.of(0x3c00, 0xb800, 0x4000, 0x3800))],
    subgraphs: [
      {
        tensors: [
          float("x", [1, 2]),
          { ...float("weights", [2, 2], 1), [schema.Tensor.type]: type("float16") },
          float("y", [1, 2]),
          float("weights in float32", [2, 2]),
        ],
        operators: [
          operator(0, [1], [3]),
          operator(1, [0, 3, -1], [2], [schema.FullyConnectedOptions.type, {}]),
        ],
        inputs: [0],
        outputs: [2],
      },
    ],
  };
}

it("weights of half precision are read, and dequantized once", () => {
  const graph = runFloatPasses(importTflite(build(halfModel()), "half"));
  expect(graph.ops.map(({ kind }) => kind)).toEqual(["FULLY_CONNECTED"]);
  expect([...new FloatModel(graph).run([Float32Array.of(3, 4)]).get(2)!]).toEqual([1, 8]);
});

it("half precision that is computed, or of another length than the shape's, is refused", () => {
  const computed = halfModel();
  computed.subgraphs[0].tensors[3][schema.Tensor.type] = type("float16");
  const short = halfModel();
  short.buffers[1] = { [schema.Buffer.data]: bytes(Uint8Array.of(0, 60, 0)) };
  for (const [model, refused] of [
    [computed, "tensor-type"],
    [short, "data-length"],
  ] as const) {
    const attempt = () => importTflite(build(model), "half");
    expect(attempt).toThrow(Refusal);
    expect(attempt).toThrow(refused);
  }
});

it("int8 weights of a layer on float32 are dequantized by their scales", () => {
  const model = convModel();
  const [image, weights, , scores] = model.subgraphs[0].tensors;
  for (const fields of [image, scores]) {
    fields[schema.Tensor.type] = type("float32");
    fields[schema.Tensor.quantization] = table({});
  }
  weights[schema.Tensor.quantization] = quantization([0.5, 0.25], [0, 0]);
  model.subgraphs[0].tensors[2] = float("bias", [2], 2);
  model.buffers[2] = buffer(Float32Array.of(10, -20));
  const imported = importTflite(build(model), "hybrid");
  expect(isFloat(imported)).toBe(true);
  const graph = runFloatPasses(imported);
  const run = new FloatModel(graph).run([Float32Array.from({ length: 16 }, (_, i) => i)]);
  const first = [0, 1, 4, 5]; // 2 × 2 pixels, weights 1, 2, 3, 4 and −5, −4, −3, −2
  expect(run.get(3)![0]).toBe(10 + 0.5 * first.reduce((sum, x, i) => sum + x * (i + 1), 0));
  expect(run.get(3)![1]).toBe(-20 + 0.25 * first.reduce((sum, x, i) => sum + x * (i - 5), 0));
});
