/** From a teacher and data to a student that is trained. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dump } from "npyjs";
import { beforeEach, describe, expect, it } from "vitest";
import { nonZeros } from "../../codegen/compress/prune/mask.js";
import { exportOnnx } from "../../codegen/export/onnx/export-onnx.js";
import { elements, type Graph, type TensorId } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { CLASSES, images, tiny } from "../compress/train/tiny.js";
import { describeGolden, goldenFile } from "../golden/golden.js";
import { FloatGraph } from "../support/float-graph.js";
import { type Called, codesOf, folderNames, inEmptyFolder, writeModel, xsnn } from "./harness.js";

const npy = (values: Parameters<typeof dump>[0], shape: number[]) => new Uint8Array(dump(values, shape));

/** 40 images, and labels for them. */
function writeData(): void {
  const { samples, labels } = images(40);
  writeFileSync("x.npy", npy(Float32Array.from(samples.flatMap(([image]) => [...image])), [40, 6, 6, 1]));
  writeFileSync("y.npy", npy(Uint8Array.from(labels), [40]));
}

/** A network of dense layers. */
function dense(shape: readonly number[], outputs: readonly number[]): Graph {
  const build = new FloatGraph(7);
  const input = build.input(shape);
  const flat = build.op("RESHAPE", { newShape: [1, elements(shape)] }, input);
  const layer = (count: number): TensorId =>
    build.op(
      "FULLY_CONNECTED",
      { activation: "NONE", keepDims: false },
      flat,
      build.constant([count, elements(shape)]),
      null,
    );
  return build.graph(outputs.map(layer));
}

const read = (path: string) => importModel(readFileSync(path), path);
const kinds = (path: string) => read(path).ops.map(({ kind }) => kind);
const channels = (path: string) => {
  const { ops, tensors } = read(path);
  return ops
    .filter(({ kind }) => /CONV|FULLY/.test(kind))
    .map(({ outputs }) => tensors[outputs[0]].shape.at(-1));
};

const FAST = ["--data", "x.npy", "--epochs", "3", "--batch", "12", "--rate", "0.02"];
const distill = (...options: string[]) => xsnn("distill", "teacher.tflite", ...FAST, ...options);

function documentOf({ code, out, err }: Called) {
  expect([code, err], out).toEqual([0, ""]);
  return JSON.parse(out);
}

describe("xsnn distill", () => {
  inEmptyFolder();

  beforeEach(() => {
    writeModel("teacher.tflite", tiny());
    writeModel("student.tflite", tiny(8, 3));
    writeData();
  });

  it("trains a student without any labels, and prints its learning curve", async () => {
    const { code, out, err } = await distill("--student", "student.tflite", "-o", "out.tflite");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Epoch +Loss +Held out\n +1 +\d+\.\d+ +\d+\.\d+\n +2 /);
    expect(out).toMatch(
      /\n4 samples held out +Weights +As teacher +SNR dB\nteacher +196 +100\.00 % +exact\n/,
    );
    expect(out).toContain(
      "\nStudent: student.tflite. Trained with 36 samples of x.npy, evaluated on 4 others.\n",
    );
    expect(out).toMatch(/\nWritten to out\.tflite\n$/);
    expect(folderNames()).toEqual(["out.tflite", "student.tflite", "teacher.tflite", "x.npy", "y.npy"]);
    expect(channels("out.tflite")).toEqual(channels("student.tflite"));
  });

  it("says the same as JSON, with labels; learns, and is the same again and another with another seed", async () => {
    const options = ["--student", "student.tflite", "--labels", "y.npy", "--epochs", "25", "--json"];
    const found = documentOf(await distill(...options, "-o", "out.tflite"));
    expect(found).toMatchObject({
      output: "out.tflite",
      teacher: "teacher.tflite",
      student: "student.tflite",
      data: { path: "x.npy", trained: 36, heldOut: 4 },
      options: { epochs: 25, batch: 12, rate: 0.02, seed: 1 },
      epoch: 25,
    });
    expect(found.epochs).toHaveLength(25);
    expect(found.epochs.at(-1).loss).toBeLessThan(0.85 * found.epochs[0].loss);
    expect(found.evaluations.after.samples).toBe(4);
    expect(found.evaluations.teacher.agreeing).toBe(4);
    await distill(...options, "-o", "again.tflite");
    expect(readFileSync("again.tflite")).toEqual(readFileSync("out.tflite"));
    await distill(...options, "--seed", "2", "-o", "other.tflite");
    expect(readFileSync("other.tflite")).not.toEqual(readFileSync("out.tflite"));
  });

  it("makes students of the teacher: fewer channels, no block, or both", async () => {
    const before = channels("teacher.tflite");
    expect(before).toEqual([4, 4, 4, CLASSES]);
    expect((await distill("--width", "0.5", "-o", "half.tflite")).code).toBe(0);
    expect(channels("half.tflite")).toEqual([2, 2, 2, CLASSES]);
    for (const name of ["ADD 3", "3"]) {
      expect((await distill("--without-block", name, "-o", "less.tflite")).code).toBe(0);
      expect(kinds("less.tflite")).toEqual(["CONV_2D", "RESHAPE", "FULLY_CONNECTED", "SOFTMAX"]);
    }
    const both = await distill("--without-block", "3", "--width", "0.5", "-o", "both.onnx");
    expect([both.code, both.err]).toEqual([0, ""]);
    expect(both.out).toContain("\nStudent: the teacher without 3 of width 0.5. ");
    expect(read("both.onnx").ops.length).toBeGreaterThan(0);
  });

  it("learns from quantized teachers, and from ONNX ones", async () => {
    expect((await xsnn("quantize", "teacher.tflite", "--data", "x.npy", "-o", "int8.tflite")).code).toBe(0);
    writeFileSync("teacher.onnx", exportOnnx(tiny()));
    for (const teacher of ["int8.tflite", "teacher.onnx"]) {
      const line = ["distill", teacher, ...FAST, "--student", "student.tflite", "-o", "out.tflite", "--json"];
      const found = documentOf(await xsnn(...line));
      expect(found.epochs.at(-1).loss).toBeLessThan(found.epochs[0].loss);
    }
    const alone = await xsnn("distill", "int8.tflite", ...FAST, "--width", "0.5", "-o", "o.tflite", "--json");
    expect([alone.code, codesOf(alone)]).toEqual([1, ["arguments"]]);
  });

  it("writes models quantized as they were trained, which compile", async () => {
    const schemes = ["--scheme", "ternary", "--layer", "FULLY_CONNECTED 5=int8", "--layer", "0=int4"];
    for (const more of [[], ["--search", "--normalize"]]) {
      const found = documentOf(await distill(...schemes, ...more, "-o", "q.tflite", "--json"));
      expect(found.options).toMatchObject({ scheme: "ternary", layers: "FULLY_CONNECTED 5=int8 0=int4" });
      const { ops, tensors } = read("q.tflite");
      const greatest = ops
        .filter(({ kind }) => /CONV|FULLY/.test(kind))
        .map(({ inputs }) => Math.max(...new Int8Array(tensors[inputs[1]!].data!).map(Math.abs)));
      expect(greatest.slice(1, 3)).toEqual([1, 1]);
      expect(greatest[0]).toBeLessThanOrEqual(7);
      expect(greatest[3]).toBeGreaterThan(7);
      expect(await xsnn("compile", "q.tflite", "-o", "compiled")).toMatchObject({ code: 0 });
    }
  });

  it("fine-tunes pruned models: zeros stay", async () => {
    const pruning = ["--amount", "0.5", "-o", "pruned.tflite"];
    expect((await xsnn("prune", "teacher.tflite", ...pruning)).code).toBe(0);
    const zeros = (path: string) => {
      const { ops, tensors } = read(path);
      return ops
        .filter(({ kind }) => /CONV|FULLY/.test(kind))
        .map(({ inputs }) => [...nonZeros(tensors[inputs[1]!])]);
    };
    const options = ["--student", "pruned.tflite", "--keep-zeros"];
    expect((await distill(...options, "-o", "tuned.tflite")).code).toBe(0);
    expect(zeros("tuned.tflite")).toEqual(zeros("pruned.tflite"));
    expect(readFileSync("tuned.tflite")).not.toEqual(readFileSync("pruned.tflite"));
    expect((await distill(...options, "--normalize", "--scheme", "int8", "-o", "int8.tflite")).code).toBe(0);
    zeros("int8.tflite").forEach((layer, i) => {
      layer.forEach((kept, k) => {
        expect(kept).toBeLessThanOrEqual(zeros("pruned.tflite")[i][k]);
      });
    });
    expect((await distill("--student", "pruned.tflite", "-o", "grown.tflite")).code).toBe(0);
    expect(zeros("grown.tflite")).not.toEqual(zeros("pruned.tflite"));
  });

  it("takes hints, and stops early with the best epoch", async () => {
    const hints = ["--hint", "CONV_2D 2=CONV_2D 2", "--hint", "CONV_2D 0=CONV_2D 0"];
    const found = documentOf(
      await distill(
        ...["--student", "student.tflite", "--labels", "y.npy", ...hints, "--rate", "0.3", "--epochs", "60"],
        ...["--patience", "2", "--validate", "0.25", "-o", "out.tflite", "--json"],
      ),
    );
    const losses = found.epochs.map((it: { validation: { loss: number } }) => it.validation.loss);
    expect(found.epochs.length).toBeLessThan(60);
    expect(found.epoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(found.epochs.length).toBe(found.epoch + 2);
  });

  it("holds nothing out where it is told to, or where there is too little", async () => {
    const { out } = await distill("--width", "0.5", "--validate", "0", "-o", "out.tflite");
    expect(out).toMatch(/^Epoch +Loss\n/);
    expect(out).toContain(" Trained with 40 samples of x.npy, and none held out: ");
  });

  it("writes learning curves as a page that needs nothing else", async () => {
    const line = ["--width", "0.5", "--labels", "y.npy", "-o", "out.tflite", "--report", "page.html"];
    expect((await distill(...line)).code).toBe(0);
    const page = readFileSync("page.html", "utf8");
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|src=|undefined|NaN/);
    expect(page.match(/<polyline/g)).toHaveLength(3);
    expect(page).toContain("epoch 3: ");
  });

  it.each<[string, string[]]>([
    ["arguments", []],
    ["arguments", ["--width", "0"]],
    ["arguments", ["--width", "1"]],
    ["arguments", ["--width", "1.5"]],
    ["arguments", ["--width", "half"]],
    ["arguments", ["--width", "0.5", "--layer", "0=int8"]],
    ["arguments", ["--width", "0.5", "--search"]],
    ["arguments", ["--scheme", "ternary", "--search", "--keep-zeros"]],
    ["arguments", ["--scheme", "int8", "--layer", "0=binary", "--keep-zeros"]],
    ["arguments", ["--scheme", "int3"]],
    ["arguments", ["--width", "0.5", "--alpha", "2"]],
    ["arguments", ["--width", "0.5", "--temperature", "0"]],
    ["arguments", ["--width", "0.5", "--rate", "-1"]],
    ["arguments", ["--width", "0.5", "--validate", "1"]],
    ["arguments", ["--width", "0.5", "--hint", "CONV_2D 0"]],
    ["arguments", ["--width", "0.5", "-o", "out.txt"]],
    ["arguments", ["--width", "0.5", "-o", "teacher.tflite"]],
    ["arguments", ["--student", "student.tflite", "-o", "./student.tflite"]],
    ["arguments", ["--width", "0.5", "-o", "x.npy"]],
    ["arguments", ["--width", "0.5", "--checkpoint", "x.npy"]],
    ["arguments", ["--width", "0.5", "--report", "out.tflite"]],
    [
      "arguments",
      ["--width", "0.5", "--data", "x.npy", "--student", "int8.tflite", "--checkpoint", "int8.tflite"],
    ],
    ["training-option-alone", ["--width", "0.5", "--alpha", "0.5"]],
    ["training-option-alone", ["--width", "0.5", "--patience", "1", "--validate", "0"]],
    ["teacher-other", ["--student", "inputs.tflite"]],
    ["teacher-other", ["--student", "count.tflite"]],
    ["teacher-other", ["--student", "outputs.tflite"]],
    ["input-shape", ["--width", "0.5", "--data", "y.npy"]],
    ["file-not-readable", ["--width", "0.5", "--data", "none.npy"]],
    ["file-not-readable", ["--student", "none.tflite"]],
    ["labels-number", ["--width", "0.5", "--labels", "few.npy"]],
    ["file-not-writable", ["--width", "0.5", "-o", "x.npy/out.tflite"]],
    ["file-not-writable", ["--width", "0.5", "-o", "folder.tflite"]],
    ["file-not-writable", ["--width", "0.5", "--checkpoint", "folder.tflite"]],
    ["block-unknown", ["--without-block", "CONV_2D 0"]],
    ["block-unknown", ["--without-block", "99"]],
    ["tensor-unknown", ["--width", "0.5", "--hint", "x=CONV_2D 0"]],
    ["tensor-unknown", ["--width", "0.5", "--hint", "CONV_2D 0=x"]],
    ["hint-shape", ["--width", "0.5", "--hint", "CONV_2D 0=FULLY_CONNECTED 5"]],
    ["layer-unknown", ["--scheme", "int8", "--layer", "x=int4"]],
    ["checkpoint-not-read", ["--width", "0.5", "--checkpoint", "y.npy.copy"]],
  ])("refuses with %s: %j", async (code, options) => {
    writeModel("inputs.tflite", dense([1, 5, 6, 1], [CLASSES]));
    writeModel("count.tflite", dense([1, 6, 6, 1], [CLASSES, CLASSES]));
    writeModel("outputs.tflite", dense([1, 6, 6, 1], [4]));
    writeFileSync("few.npy", npy(new Uint8Array(3), [3]));
    writeFileSync("y.npy.copy", readFileSync("y.npy"));
    mkdirSync("folder.tflite");
    const names = folderNames();
    const output = options.includes("-o") ? [] : ["-o", "out.tflite"];
    const called = await distill(...options, ...output, "--json");
    expect([called.code, ...codesOf(called)], called.out).toEqual([1, code]);
    const text = await distill(...options, ...output);
    expect(text.err).toMatch(/^xsnn: /);
    expect(text.err).not.toMatch(/undefined|\n +at /);
    expect(folderNames()).toEqual(names);
  });

  it("removes its checkpoint when the model is written", async () => {
    const line = ["--width", "0.5", "-o", "out.tflite", "--checkpoint", "t.json"];
    expect((await distill(...line)).code).toBe(0);
    expect(existsSync("t.json")).toBe(false);
  });
});

describeGolden("xsnn distill with LSTMs", () => {
  inEmptyFolder();

  it("says that no gradient flows through them", async () => {
    writeFileSync("lstm.tflite", goldenFile("mnist_lstm_fp32"));
    writeFileSync("x.npy", npy(new FloatGraph(3).random(784 * 4), [4, 28, 28]));
    const line = ["distill", "lstm.tflite", "--data", "x.npy", "--scheme", "int8", "-o", "out.tflite"];
    const called = await xsnn(...line, "--json");
    expect([called.code, new Set(codesOf(called))], called.out).toEqual([
      1,
      new Set(["operator-not-trainable"]),
    ]);
    expect(folderNames()).toEqual(["lstm.tflite", "x.npy"]);
  });
});
