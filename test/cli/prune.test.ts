/** From a model to a pruned one of the same kind. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { dump } from "npyjs";
import { beforeEach, describe, expect, it } from "vitest";
import { nonZeros } from "../../codegen/compress/prune/mask.js";
import { exportOnnx } from "../../codegen/export/onnx/export-onnx.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { FloatGraph, SAME_RELU } from "../support/float-graph.js";
import { type Called, codesOf, folderNames, inEmptyFolder, writeModel, xsnn } from "./harness.js";

const DIGITS = resolve(import.meta.dirname, "../../models/digits/digits.tflite");

/** A convolution with a depthwise one behind, a pointwise one, and a dense layer. */
function small(): Graph {
  const build = new FloatGraph(7);
  const first = build.op(
    "CONV_2D",
    SAME_RELU,
    build.input([1, 8, 8, 2]),
    build.constant([8, 3, 3, 2]),
    build.constant([8]),
  );
  const second = build.op(
    "DEPTHWISE_CONV_2D",
    { ...SAME_RELU, depthMultiplier: 1 },
    first,
    build.constant([1, 3, 3, 8]),
    build.constant([8]),
  );
  const third = build.op("CONV_2D", SAME_RELU, second, build.constant([4, 1, 1, 8]), build.constant([4]));
  const flat = build.op("RESHAPE", { newShape: [1, 256] }, third);
  const dense = { activation: "NONE", keepDims: false } as const;
  return build.graph([
    build.op("FULLY_CONNECTED", dense, flat, build.constant([10, 256]), build.constant([10])),
  ]);
}

const read = (path: string) => importModel(readFileSync(path), path);

/** Weights of each layer, and how many are not zero. */
function weights(graph: Graph): [total: number, left: number][] {
  return graph.ops.flatMap(({ kind, inputs }) => {
    if (!["CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"].includes(kind)) return [];
    const mask = nonZeros(graph.tensors[inputs[1]!]);
    return [[mask.length, mask.filter(Boolean).length] as [number, number]];
  });
}

function documentOf({ code, out, err }: Called) {
  expect([code, err], out).toEqual([0, ""]);
  return JSON.parse(out);
}

describe("xsnn prune", () => {
  inEmptyFolder();

  beforeEach(() => {
    writeModel("float.tflite", small());
    writeFileSync("float.onnx", exportOnnx(small()));
    writeFileSync("x.npy", new Uint8Array(dump(new FloatGraph(3).random(128 * 8), [8, 8, 8, 2])));
  });

  it("float models: prints what is zero, and writes the same kind of model", async () => {
    const { code, out, err } = await xsnn("prune", "float.tflite", "--amount", "0.5", "-o", "half.tflite");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(
      /^ +Layer +Weights +Zero or gone +Share\n0 +CONV_2D "CONV_2D 0" +144 +0 → 72 +50\.00 %\n/,
    );
    expect(out).toContain("\nInstructions and flash are known of quantized models only");
    expect(out).toMatch(/Written to half\.tflite\n$/);
    expect(weights(read("half.tflite"))).toEqual([
      [144, 72],
      [72, 36],
      [32, 16],
      [2560, 1280],
    ]);
    expect(await xsnn("prune", "float.onnx", "--amount", "0.5", "-o", "half.onnx")).toMatchObject({
      code: 0,
    });
    expect(weights(read("half.onnx")).map(([, left]) => left)).toEqual([72, 36, 16, 1280]);
  });

  it("with data, predicts what that saves of float models; of quantized ones without", async () => {
    const options = ["--amount", "0.5", "--pattern", "lanes", "-o", "lanes.tflite", "--json"];
    const found = documentOf(await xsnn("prune", "float.tflite", "--data", "x.npy", ...options));
    expect(found).toMatchObject({
      model: "float.tflite",
      output: "lanes.tflite",
      total: { weights: 2808, zeroBefore: 0 },
    });
    expect(found.predicted.after.instructions).toBeLessThan(0.9 * found.predicted.before.instructions);
    // Rows of taps.
    const graph = read("lanes.tflite");
    const mask = nonZeros(graph.tensors[graph.ops[0].inputs[1]!]);
    for (let row = 0; row < 24; row++)
      for (let channel = 0; channel < 2; channel++)
        expect(new Set([0, 2, 4].map((tap) => mask[6 * row + tap + channel])).size).toBe(1);

    const small = await xsnn("quantize", "float.tflite", "--data", "x.npy", "-o", "int8.tflite");
    expect(small.code).toBe(0);
    const quantized = await xsnn(
      "prune",
      "int8.tflite",
      "--amount",
      "50%",
      "--board",
      "esp32-c3",
      "-o",
      "half.tflite",
    );
    expect([quantized.code, quantized.err]).toEqual([0, ""]);
    expect(quantized.out).toMatch(/^ +Layer +Weights +Zero or gone +Share +Instructions +Flash\n/);
    expect(quantized.out).toMatch(/\nesp32-c3, predicted, not measured: .* an inference before, .* now\.\n/);
    expect(weights(read("half.tflite")).map(([total, left]) => left / total)).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(await xsnn("compile", "half.tflite")).toMatchObject({ code: 0 });
    const wrong = await xsnn(
      "prune",
      "int8.tflite",
      "--amount",
      "0.5",
      "--data",
      "x.npy",
      "-o",
      "p.tflite",
      "--json",
    );
    expect([wrong.code, codesOf(wrong)]).toEqual([1, ["arguments"]]);
  });

  it("quantized ONNX models stay such", async () => {
    expect(await xsnn("quantize", "float.onnx", "--data", "x.npy", "-o", "int8.onnx")).toMatchObject({
      code: 0,
    });
    const called = await xsnn("prune", "int8.onnx", "--amount", "0.5", "--structured", "-o", "half.onnx");
    expect([called.code, called.err]).toEqual([0, ""]);
    expect(weights(read("half.onnx")).map(([total]) => total)).toEqual([72, 36, 8, 1280]);
    expect(await xsnn("compile", "half.onnx")).toMatchObject({ code: 0 });
  });

  it("takes whole channels out", async () => {
    const found = documentOf(
      await xsnn("prune", DIGITS, "--amount", "0.5", "--structured", "-o", "less.tflite", "--json"),
    );
    expect(found.predicted.after.instructions).toBeLessThan(0.6 * found.predicted.before.instructions);
    expect(found.predicted.after.flashBytes).toBeLessThan(0.8 * found.predicted.before.flashBytes);
    const channels = (path: string) => {
      const { ops, tensors } = read(path);
      return ops.map(({ outputs }) => tensors[outputs[0]].shape.at(-1)!);
    };
    const before = channels(DIGITS);
    // All but the dense layer and the SOFTMAX, which are the model's output.
    expect(channels("less.tflite")).toEqual(
      before.map((count, i) => (i < before.length - 2 ? count / 2 : count)),
    );
    expect(await xsnn("compile", "less.tflite")).toMatchObject({ code: 0 });
  });

  it("methods, layers and amounts", async () => {
    const left = async (...options: string[]) => {
      const called = await xsnn("prune", "float.tflite", ...options, "-o", "p.tflite");
      expect([called.code, called.err]).toEqual([0, ""]);
      return weights(read("p.tflite")).map(([, count]) => count);
    };
    expect(await left("--amount", "10")).toEqual([134, 62, 22, 2550]);
    expect(await left("--amount", "0.5", "--layer", "0", "--layer", "CONV_2D 2")).toEqual([72, 72, 16, 2560]);
    expect(await left("--pattern", "1:2", "--layer", "2")).toEqual([144, 72, 16, 2560]);
    const global = await left("--amount", "0.5", "--global");
    expect(global.reduce((sum, count) => sum + count, 0)).toBe(1404);
    expect(await left("--amount", "0.5", "--method", "random")).toEqual([72, 36, 16, 1280]);
    const once = readFileSync("p.tflite");
    await left("--amount", "0.5", "--method", "random");
    expect(readFileSync("p.tflite")).toEqual(once);
    await left("--amount", "0.5", "--method", "random", "--seed", "2");
    expect(readFileSync("p.tflite")).not.toEqual(once);
    // Channels of layer 0 go with those of the depthwise layer.
    for (const method of [["l1"], ["random"], ["ln", "--norm", "inf"]])
      expect(await left("--amount", "4", "--structured", "--layer", "1", "--method", ...method)).toEqual([
        72, 36, 16, 2560,
      ]);
  });

  it.each<[string, string[]]>([
    ["nothing-left", ["--amount", "1.0"]],
    ["nothing-left", ["--amount", "8", "--structured", "--layer", "0"]],
    ["channels-stay", ["--amount", "0.5", "--structured", "--layer", "4"]],
    ["layer-unknown", ["--amount", "0.5", "--layer", "x"]],
    ["layer-without-weights", ["--amount", "0.5", "--layer", "3"]],
    ["prune-amount", ["--amount", "1.1"]],
    ["prune-amount", ["--amount", "-3"]],
    ["prune-amount", ["--amount", "150%"]],
    ["prune-amount-too-large", ["--amount", "3000"]],
    ["prune-form-unknown", ["--amount", "0.5", "--pattern", "lanes"]],
    ["prune-pattern", ["--pattern", "5:4"]],
    ["arguments", ["--pattern", "2:4", "--amount", "0.5"]],
    ["arguments", ["--pattern", "two"]],
    ["arguments", []],
    ["arguments", ["--amount", "half"]],
    ["arguments", ["--amount", "0.5", "--method", "ln"]],
    ["arguments", ["--amount", "0.5", "--norm", "1"]],
    ["arguments", ["--amount", "0.5", "--structured", "--method", "ln", "--norm", "x"]],
    ["arguments", ["--amount", "0.5", "--structured", "--global"]],
    ["arguments", ["--amount", "0.5", "--structured", "--pattern", "lanes"]],
    ["board-unknown", ["--amount", "0.5", "--board", "x"]],
  ])("%s: %j", async (code, options) => {
    const called = await xsnn("prune", "float.tflite", ...options, "-o", "p.tflite", "--json");
    expect([called.code, ...new Set(codesOf(called))]).toEqual([1, code]);
    expect(folderNames()).toEqual(["float.onnx", "float.tflite", "x.npy"]);
  });

  it("writes models only, and not over the one that is read", async () => {
    for (const output of ["float.tflite", "folder"]) {
      const called = await xsnn("prune", "float.tflite", "--amount", "0.5", "-o", output, "--json");
      expect([called.code, codesOf(called)]).toEqual([1, ["arguments"]]);
    }
    expect(folderNames()).toEqual(["float.onnx", "float.tflite", "x.npy"]);
  });
});
