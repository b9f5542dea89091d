/** From a model to one of the same kind whose weights share values. */
import { readFileSync, writeFileSync } from "node:fs";
import { dump } from "npyjs";
import { beforeEach, describe, expect, it } from "vitest";
import { nonZeros } from "../../codegen/compress/prune/mask.js";
import { channelIndexes } from "../../codegen/compress/prune/method.js";
import { exportOnnx } from "../../codegen/export/onnx/export-onnx.js";
import { elementsOf } from "../../codegen/graph/elements.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { FloatGraph, SAME_RELU } from "../support/float-graph.js";
import { type Called, codesOf, folderNames, inEmptyFolder, writeModel, xsnn } from "./harness.js";

/** Two convolutions, a RESHAPE, a dense layer of zeros and ones, and one of few weights. */
function small(): Graph {
  const build = new FloatGraph(7);
  const first = build.op(
    "CONV_2D",
    SAME_RELU,
    build.input([1, 8, 8, 2]),
    build.constant([8, 3, 3, 2]),
    build.constant([8]),
  );
  const second = build.op("CONV_2D", SAME_RELU, first, build.constant([16, 1, 1, 8]), build.constant([16]));
  const flat = build.op("RESHAPE", { newShape: [1, 1024] }, second);
  const dense = (input: number, outputs: number, values?: number[]) =>
    build.op(
      "FULLY_CONNECTED",
      { activation: "NONE", keepDims: false },
      input,
      build.constant([outputs, build.shape(input)[1]], values),
      build.constant([outputs]),
    );
  return build.graph([dense(dense(flat, 3), 2)]);
}

const read = (path: string) => importModel(readFileSync(path), path);

/** The weights of each layer, as they are stored. */
function weightsOf({ ops, tensors }: Graph) {
  return ops.flatMap(({ kind, inputs }) => {
    if (!["CONV_2D", "FULLY_CONNECTED"].includes(kind)) return [];
    const { shape, dtype, data } = tensors[inputs[1]!];
    return [{ shape, values: Array.from(elementsOf(dtype, data!) as ArrayLike<number>) }];
  });
}

const counts = (path: string) => weightsOf(read(path)).map(({ values }) => new Set(values).size);

async function done(...argv: string[]): Promise<Called> {
  const called = await xsnn(...argv);
  expect([called.code, called.err], called.out).toEqual([0, ""]);
  return called;
}

describe("xsnn cluster", () => {
  inEmptyFolder();

  beforeEach(() => {
    writeModel("float.tflite", small());
    writeFileSync("float.onnx", exportOnnx(small()));
    writeFileSync("x.npy", new Uint8Array(dump(new FloatGraph(3).random(128 * 8), [8, 8, 8, 2])));
  });

  it("float models: prints values and errors, and writes the same kind of model", async () => {
    const { out } = await done("cluster", "float.tflite", "--bits", "3", "-o", "c.tflite");
    expect(out).toMatch(/^ +Layer +Weights +Values +Magnitudes +Mean square error +SNR\n/);
    expect(out).toMatch(/\n0 +CONV_2D "CONV_2D 0" +144 +\d+ → 8 +\d+ → 7 +\d\.\d\de-\d +\d\d\.\d dB\n/);
    // Six weights are too few for eight values.
    expect(out).toMatch(/\n4 +FULLY_CONNECTED "FULLY_CONNECTED 4" +6 +6 → 6 +6 → 6 +0 +as it was\n/);
    expect(out).toContain("\nInstructions and flash are known of quantized models only");
    expect(out).toMatch(/Written to c\.tflite\n$/);
    expect(counts("c.tflite")).toEqual([8, 8, 8, 6]);
    await done("cluster", "float.onnx", "--bits", "3", "--symmetric", "-o", "c.onnx");
    expect(counts("c.onnx")).toEqual([7, 7, 7, 6]);
  });

  it("quantized models, whose integers are shared", async () => {
    await done("quantize", "float.tflite", "--data", "x.npy", "-o", "int8.tflite");
    const called = await done(
      ...["cluster", "int8.tflite", "--bits", "4", "--symmetric", "--board", "esp32-c3", "-o", "c.tflite"],
    );
    expect(called.out).toMatch(/^ +Layer .* SNR +Instructions +Flash\n/);
    expect(called.out).toMatch(/\nesp32-c3, predicted, not measured: .* an inference before, .* now\.\n/);
    for (const { values } of weightsOf(read("c.tflite")).slice(0, 3))
      expect(new Set(values.map(Math.abs).filter(Boolean)).size).toBeLessThanOrEqual(7);
    await done("compile", "c.tflite");
    const { out } = await done(
      "cluster",
      "int8.tflite",
      "--bits",
      "4",
      "--symmetric",
      "-o",
      "c.tflite",
      "--json",
    );
    const { predicted, layers } = JSON.parse(out);
    expect(predicted.after.instructions).toBeLessThan(predicted.before.instructions);
    expect(layers[1].weights.after).toEqual({ values: 15, magnitudes: 7 });
    expect(layers[1].weights.signalToNoise).toBeGreaterThan(15);
  });

  it("what is clustered before it is quantized shares values in each channel, not among them", async () => {
    await done("cluster", "float.tflite", "--bits", "2", "-o", "c.tflite");
    const options = ["--round", "nearest", "--no-bias-correction"];
    await done("quantize", "c.tflite", "--data", "x.npy", ...options, "-o", "int8.tflite");
    const [first, second] = weightsOf(read("int8.tflite"));
    for (const { shape, values } of [first, second])
      for (const channel of channelIndexes(shape, 0))
        expect(new Set(Array.from(channel, (i) => values[i])).size).toBeLessThanOrEqual(4);
    expect(new Set(second.values).size).toBeGreaterThan(4);
  });

  it("with data, predicts what that saves of float models", async () => {
    const options = ["--bits", "2", "--symmetric", "--data", "x.npy", "--json"];
    const found = JSON.parse((await done("cluster", "float.tflite", ...options, "-o", "c.tflite")).out);
    expect(found.predicted.after.instructions).toBeLessThan(found.predicted.before.instructions);
  });

  it("pruned weights stay zero; layers, methods, values of channels", async () => {
    await done("prune", "float.tflite", "--amount", "0.5", "-o", "half.tflite");
    const zeros = (path: string) => {
      const { ops, tensors } = read(path);
      return nonZeros(tensors[ops[0].inputs[1]!]);
    };
    await done("cluster", "half.tflite", "--bits", "5", "--layer", "0", "-o", "c.tflite");
    zeros("half.tflite").forEach((kept, i) => {
      if (!kept) expect(zeros("c.tflite")[i]).toBe(0);
    });
    const [first, ...others] = counts("c.tflite");
    expect(first).toBe(32);
    expect(others).toEqual(counts("half.tflite").slice(1));

    await done("cluster", "float.tflite", "--bits", "3", "--per-channel", "-o", "own.tflite");
    const [own] = weightsOf(read("own.tflite"));
    expect(new Set(own.values).size).toBeGreaterThan(8);
    for (const channel of channelIndexes(own.shape, 0))
      expect(new Set(Array.from(channel, (i) => own.values[i])).size).toBeLessThanOrEqual(8);

    const errors: number[] = [];
    for (const method of ["optimal", "linear", "kmeans++"]) {
      const options = ["--bits", "4", "--method", method, "--layer", "3", "-o", "m.tflite", "--json"];
      const { layers } = JSON.parse((await done("cluster", "float.tflite", ...options)).out);
      errors.push(layers.find(({ index }: { index: number }) => index === 3).weights.meanSquaredError);
    }
    expect(Math.min(...errors)).toBe(errors[0]);
  });

  it.each<[string, string[]]>([
    ["cluster-bits", ["--bits", "1"]],
    ["cluster-bits", ["--bits", "9"]],
    ["arguments", ["--bits", "3.5"]],
    ["arguments", ["--bits", "4abc"]],
    ["arguments", []],
    ["cluster-too-many", ["--bits", "8", "--layer", "0"]],
    ["cluster-too-many", ["--bits", "5", "--per-channel", "--layer", "0"]],
    ["layer-without-weights", ["--bits", "4", "--layer", "2"]],
    ["layer-unknown", ["--bits", "4", "--layer", "x"]],
    ["arguments", ["--bits", "4", "--method", "best"]],
    ["board-unknown", ["--bits", "4", "--board", "x"]],
  ])("%s: %j", async (code, options) => {
    const called = await xsnn("cluster", "float.tflite", ...options, "-o", "c.tflite", "--json");
    expect([called.code, ...new Set(codesOf(called))]).toEqual([1, code]);
    expect(folderNames()).toEqual(["float.onnx", "float.tflite", "x.npy"]);
  });

  it("models in which nothing can be shared, and layers that are all zero", async () => {
    const build = new FloatGraph();
    const dense = (values: number[]) =>
      build.op(
        "FULLY_CONNECTED",
        { activation: "NONE", keepDims: false },
        build.input([1, 8]),
        build.constant([4, 8], values),
        null,
      );
    writeModel("zero.tflite", build.graph([dense(new Array(32).fill(0))]));
    const codes = async (...options: string[]) =>
      codesOf(await xsnn("cluster", "zero.tflite", ...options, "-o", "c.tflite", "--json"));
    expect(await codes("--bits", "4")).toEqual(["cluster-nothing"]);
    expect(await codes("--bits", "4", "--layer", "0")).toEqual(["cluster-all-zero"]);
    expect(await codes("--bits", "8")).toEqual(["cluster-nothing"]);
  });

  it("writes models only, and not over the one that is read", async () => {
    for (const output of ["float.tflite", "folder"]) {
      const called = await xsnn("cluster", "float.tflite", "--bits", "4", "-o", output, "--json");
      expect([called.code, codesOf(called)]).toEqual([1, ["arguments"]]);
    }
    expect(folderNames()).toEqual(["float.onnx", "float.tflite", "x.npy"]);
  });
});
