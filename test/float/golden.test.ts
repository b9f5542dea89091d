import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { FloatModel } from "../../codegen/float/execute.js";
import { elementsOf } from "../../codegen/graph/elements.js";
import type { TensorId } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runFloatPasses } from "../../codegen/passes/float/index.js";
import { describeGolden, goldenModel } from "../golden/golden.js";
import { relativeError } from "./relative-error.js";

/** TFLM adds in float32, we in float64. */
const TOLERANCE = 1e-4;

/** Vectors whose sums cancel so much that float32 itself is further off; layer by layer they are held to less below. */
const CANCELLING = new Set(["ad01_fp32 15"]);

const hex = (crc: number) => crc.toString(16).padStart(8, "0");
const floats = (bytes: Uint8Array) => elementsOf("float32", Uint8Array.from(bytes)) as Float32Array;

describeGolden("float models give TFLM's outputs", () => {
  it.each(["ad01_fp32", "resnet8_fp32", "hello_world_fp32", "mnist_lstm_fp32"])(
    "%s, as it is and after the passes",
    (name) => {
      const { model, vectors } = goldenModel(name);
      const imported = importModel(model, `${name}.tflite`);
      for (const graph of [imported, runFloatPasses(imported)]) {
        const float = new FloatModel(graph);
        for (const { k, steps, output } of vectors) {
          if (CANCELLING.has(`${name} ${k}`)) continue;
          const found = float.run([floats(steps[0])]).get(graph.outputs[0])!;
          // Of sequences the first step: a float model has no memory of the steps before.
          const expected = floats(output.subarray(0, output.length / steps.length));
          expect(relativeError(found, expected), `vector ${k}`).toBeLessThan(TOLERANCE);
        }
      }
    },
  );

  it("ad01_fp32, each layer on TFLM's own activations, within float32's rounding of its sum", () => {
    const { model, vectors } = goldenModel("ad01_fp32");
    const graph = importModel(model, "ad01_fp32.tflite");
    for (const { steps, crc32: crcs } of vectors) {
      const tflm = new Map<TensorId, Float32Array>([[graph.inputs[0], floats(steps[0])]]);
      for (const op of graph.ops) {
        const [input, weights, bias] = op.inputs.map(
          (id) => tflm.get(id!) ?? floats(graph.tensors[id!].data!),
        );
        const expected = denseInFloat32(input, weights, bias, op.attributes);
        expect(hex(crc32(new Uint8Array(expected.buffer))), op.name).toBe(crcs.get(op.outputs[0]));
        tflm.set(op.outputs[0], expected);
        const alone = new FloatModel({ ...graph, ops: [op], inputs: [op.inputs[0]!], outputs: op.outputs });
        const found = alone.run([input]).get(op.outputs[0])!;
        found.forEach((value, channel) => {
          const terms = [...input].map((x, i) => Math.abs(x * weights[channel * input.length + i]));
          const bound =
            (input.length + 1) * 2 ** -24 * terms.reduce((a, b) => a + b, Math.abs(bias[channel]));
          expect(Math.abs(value - expected[channel])).toBeLessThanOrEqual(bound);
        });
      }
    }
  });
});

/** TFLM's FULLY_CONNECTED: every sum rounded to float32, the bias last (reference/fully_connected.h). */
function denseInFloat32(
  input: Float32Array,
  weights: Float32Array,
  bias: Float32Array,
  attributes: object,
): Float32Array {
  const relu = "activation" in attributes && attributes.activation === "RELU";
  return bias.map((shift, channel) => {
    let sum = 0;
    for (const [i, x] of input.entries())
      sum = Math.fround(sum + Math.fround(x * weights[channel * input.length + i]));
    sum = Math.fround(sum + shift);
    return relu ? Math.max(0, sum) : sum;
  });
}
