/** Whole models on TensorFlow.js against FloatModel: each of their tensors, to what float32 sums are apart from float64 ones. */
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { useWasm } from "../../../../codegen/compress/train/backend/wasm.js";
import { differentiable } from "../../../../codegen/compress/train/differentiable/model.js";
import { FloatModel } from "../../../../codegen/float/execute.js";
import { elements, type Graph } from "../../../../codegen/graph/graph.js";
import { importModel } from "../../../../codegen/import/import-model.js";
import { runFloatPasses } from "../../../../codegen/passes/float/index.js";
import { relativeError } from "../../../float/relative-error.js";
import { describeGolden, goldenModel } from "../../../golden/golden.js";
import { problemsOf } from "../../../support/problems.js";
import { numbers } from "./check.js";

beforeAll(useWasm);

const TOLERANCE = 5e-6;

function expectAsFloatModel(graph: Graph, samples: number): void {
  tf.tidy(() => {
    const length = elements(graph.tensors[graph.inputs[0]].shape);
    const images = Array.from({ length: samples }, (_, i) => numbers(length, i + 1).map((x) => (x + 2) / 4));
    const feed = tf.tensor(
      images.flatMap((it) => [...it]),
      [samples, ...graph.tensors[graph.inputs[0]].shape.slice(1)],
    );
    const found = differentiable(graph).run([feed], new Map());
    const model = new FloatModel(graph);
    for (const [i, image] of images.entries())
      for (const [id, expected] of model.run([image])) {
        const values = found.get(id)!.dataSync() as Float32Array;
        const mine = values.subarray(i * expected.length, (i + 1) * expected.length);
        expect(relativeError(mine, expected), graph.tensors[id].name).toBeLessThan(TOLERANCE);
      }
  });
}

it("the fashion model, with gradients for all of its constants", () => {
  const bytes = readFileSync(new URL("../../../../models/fashion/fashion.tflite", import.meta.url));
  const graph = runFloatPasses(importModel(bytes, "fashion.tflite"));
  expectAsFloatModel(graph, 3);
  const model = differentiable(graph);
  const step = () =>
    tf.tidy(() => {
      const parameters = model.constants.map((id) =>
        tf.tensor(new Float32Array(graph.tensors[id].data!.slice().buffer), [...graph.tensors[id].shape]),
      );
      const feed = tf.tensor(numbers(4 * 784, 9), [4, 28, 28, 1]);
      const gradients = tf.grads((...all) => {
        const given = new Map(model.constants.map((id, i) => [id, all[i]]));
        return tf.square(model.run([feed], given).get(graph.outputs[0])!);
      })(parameters);
      return gradients.map((gradient) => gradient.dataSync());
    });
  const [first, second] = [step(), step()];
  expect(first).toEqual(second);
  for (const gradient of first) expect(gradient.some((value) => value !== 0)).toBe(true);
});

describeGolden("golden float models", () => {
  it.each(["ad01_fp32", "resnet8_fp32", "hello_world_fp32"])("%s", (name) => {
    expectAsFloatModel(runFloatPasses(importModel(goldenModel(name).model, `${name}.tflite`)), 2);
  });

  it("an LSTM is refused", () => {
    const graph = runFloatPasses(importModel(goldenModel("mnist_lstm_fp32").model, "mnist_lstm_fp32.tflite"));
    const problems = problemsOf(() => {
      differentiable(graph);
      return [];
    });
    expect(problems.map(({ code, place }) => [code, place.op?.kind])).toEqual([
      ["operator-not-trainable", "UNIDIRECTIONAL_SEQUENCE_LSTM"],
    ]);
  });
});
