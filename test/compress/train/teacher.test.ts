/** Teachers are asked about samples, whatever they are. */
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Sample } from "../../../codegen/compress/quantize/calibrate.js";
import { QuantizedModel } from "../../../codegen/compress/quantize/execute.js";
import { quantize } from "../../../codegen/compress/quantize/quantize.js";
import { useWasm } from "../../../codegen/compress/train/backend/wasm.js";
import { logitsId } from "../../../codegen/compress/train/classes.js";
import { functionTeacher, modelTeacher, remembering } from "../../../codegen/compress/train/teacher.js";
import { FloatModel } from "../../../codegen/float/execute.js";
import { elements } from "../../../codegen/graph/graph.js";
import { importModel } from "../../../codegen/import/import-model.js";
import { relativeError } from "../../float/relative-error.js";
import { FloatGraph } from "../../support/float-graph.js";
import { images, tiny } from "./tiny.js";

beforeAll(useWasm);

const { samples } = images(9);

const outputOf = (teacher: ReturnType<typeof modelTeacher>, asked: readonly Sample[] = samples) =>
  tf.tidy(() => teacher(asked).output.dataSync() as Float32Array);

it("a float graph answers with what its softmax reads", () => {
  const graph = tiny();
  const model = new FloatModel(graph);
  const wanted = samples.flatMap((sample) => [...model.run(sample).get(logitsId(graph))!]);
  expect(graph.tensors[logitsId(graph)].name).toBe("FULLY_CONNECTED 5");
  expect(relativeError(outputOf(modelTeacher(graph)), Float32Array.from(wanted))).toBeLessThan(1e-5);
});

describe.each(["quantized", "float"] as const)("a quantized graph with %s edges", (edges) => {
  it("answers with real logits, and has features", () => {
    const { graph } = quantize(tiny(), samples, { edges });
    const model = new QuantizedModel(graph);
    expect(graph.tensors[logitsId(graph)].name).toBe("FULLY_CONNECTED 5");
    const wanted = samples.flatMap((sample) => [...model.run(sample).get(logitsId(graph))!]);
    const teacher = modelTeacher(graph, ["CONV_2D 2"]);
    expect([...outputOf(teacher)]).toEqual(wanted);
    const float = outputOf(modelTeacher(tiny()));
    expect(relativeError(outputOf(teacher), float)).toBeLessThan(0.05);
    const shape = tf.tidy(() => teacher(samples).features.get("CONV_2D 2")!.shape);
    expect(shape).toEqual([9, 3, 3, 4]);
  });
});

it("a published quantized model answers with logits", () => {
  const path = new URL("../../../models/digits/digits.tflite", import.meta.url);
  const graph = importModel(readFileSync(path), "digits.tflite");
  const sample = [new FloatGraph(2).random(elements(graph.tensors[graph.inputs[0]].shape)).map(Math.abs)];
  const found = outputOf(modelTeacher(graph), [sample]);
  expect(found).toHaveLength(10);
  expect(Math.max(...found) - Math.min(...found)).toBeGreaterThan(1); // no probabilities
});

it("any function is a teacher", () => {
  const teacher = functionTeacher(([image]) => Float32Array.of(image[0], 2 * image[1]));
  const found = outputOf(teacher);
  expect([...found]).toEqual(samples.flatMap(([image]) => [image[0], Math.fround(2 * image[1])]));
});

it("is asked about each sample once where samples stay the same", () => {
  const asked: number[] = [];
  const teacher = remembering((batch) => {
    asked.push(batch.length);
    return functionTeacher(([image]) => image.slice(0, 2))(batch);
  });
  const [first, second] = [samples.slice(0, 4), samples.slice(2, 9)];
  outputOf(teacher, first);
  const found = outputOf(teacher, second);
  expect(asked).toEqual([4, 5]);
  expect([...found]).toEqual(second.flatMap(([image]) => [...image.slice(0, 2)]));
});
