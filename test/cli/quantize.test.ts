/** From a float model and data to a quantized one that runs. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { dump } from "npyjs";
import { beforeEach, describe, expect, it } from "vitest";
import { importModel } from "../../codegen/import/import-model.js";
import { dequantized } from "../support/dequantized.js";
import { FloatGraph } from "../support/float-graph.js";
import { type Called, codesOf, folderNames, inEmptyFolder, writeModel, xsnn } from "./harness.js";

const DIGITS = resolve(import.meta.dirname, "../../models/digits");
const SAMPLES = resolve(DIGITS, "samples");

const npy = (values: Parameters<typeof dump>[0], shape: number[]) => new Uint8Array(dump(values, shape));

/** Two dense layers, from four numbers to three. */
function dense() {
  const build = new FloatGraph(7);
  const hidden = build.op(
    "FULLY_CONNECTED",
    { activation: "RELU", keepDims: false },
    build.input([1, 4]),
    build.constant([8, 4]),
    build.constant([8]),
  );
  const output = build.op(
    "FULLY_CONNECTED",
    { activation: "NONE", keepDims: false },
    hidden,
    build.constant([3, 8]),
    build.constant([3]),
  );
  return build.graph([output]);
}

/** Samples of the dense model between −1 and 1, and labels for them. */
function writeData(samples = 40): void {
  writeFileSync("x.npy", npy(new FloatGraph(3).random(4 * samples), [samples, 4]));
  writeFileSync(
    "y.npy",
    npy(
      Uint8Array.from({ length: samples }, (_, i) => i % 3),
      [samples],
    ),
  );
}

const small = ["quantize", "float.tflite", "--data", "x.npy"];

function documentOf({ code, out, err }: Called) {
  expect([code, err], out).toEqual([0, ""]);
  return JSON.parse(out);
}

describe("xsnn quantize", () => {
  inEmptyFolder();

  beforeEach(() => {
    writeModel("float.tflite", dense());
    writeData();
  });

  it("prints a table of layers, what the model is worth and what it takes", async () => {
    const { code, out, err } = await xsnn(...small, "--samples", "30", "-o", "q.tflite");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(
      /^ +Layer +Weights\/output +SNR dB +Alone +Cosine +Weights +Output\n0 +FULLY_CONNECTED "/,
    );
    expect(out).toMatch(
      /\n10 samples +As float +SNR dB +Squared error +Flash +RAM +Instructions\nfloat32\nint8 /,
    );
    expect(out).toContain("\nCalibrated with 30 samples of x.npy, evaluated on others.\n");
    expect(out).toMatch(/\nWritten to q\.tflite\n$/);
    expect(folderNames()).toEqual(["float.tflite", "q.tflite", "x.npy", "y.npy"]);
    expect(await xsnn("compile", "q.tflite")).toMatchObject({ code: 0 });
  });

  it("says the same as JSON, with accuracy where there are labels", async () => {
    const found = documentOf(await xsnn(...small, "--labels", "y.npy", "-o", "q.tflite", "--json"));
    expect(found).toMatchObject({
      output: "q.tflite",
      data: { path: "x.npy", calibration: 40, evaluated: 40, heldOut: false, preprocessing: {} },
      options: {
        observer: "mse",
        equalize: false,
        round: "adaptive",
        biasCorrection: true,
        edges: "quantized",
        seed: 1,
      },
      float: { samples: 40, agreeing: 40, meanSquaredError: 0, snr: null },
      variants: [{ scheme: "int8", evaluation: { samples: 40 }, cost: { macs: 56 } }],
      layers: [
        { index: 0, kind: "FULLY_CONNECTED", scheme: "int8/int8", weights: { scales: 8 } },
        { index: 1, kind: "FULLY_CONNECTED", scheme: "int8/int8", weights: { scales: 3 } },
      ],
    });
    expect(found.variants[0].evaluation.snr).toBeGreaterThan(30);
    expect(found.layers[0].activations).toMatchObject({ dtype: "int8", low: 0, float: { min: 0 } });
    expect(found.layers[0].activations.float.counts).toHaveLength(64);
    const { right } = found.float;
    expect(Math.abs(found.variants[0].evaluation.right - right)).toBeLessThanOrEqual(2);
  });

  it("takes a scheme for the model, and others for layers by name or number", async () => {
    const layersOf = async (...options: string[]) => {
      const { layers } = documentOf(await xsnn(...small, ...options, "-o", "q.tflite", "--json"));
      return layers.map(({ scheme }: { scheme: string }) => scheme);
    };
    expect(await layersOf("--scheme", "16x8")).toEqual(["int8/int16", "int8/int16"]);
    expect(await layersOf("--weights", "ternary")).toEqual(["ternary/int8", "ternary/int8"]);
    expect(await layersOf("--scheme", "int4/int16")).toEqual(["int4/int16", "int4/int16"]);
    expect(await layersOf("--scheme", "int4", "--layer", "0=int8")).toEqual(["int8/int8", "int4/int8"]);
    const named = ["--layer", "FULLY_CONNECTED 0=ternary", "--layer", "FULLY_CONNECTED 1=16x8"];
    expect(await layersOf(...named)).toEqual(["ternary/int8", "int8/int16"]);
  });

  it("gives layers more bits until accuracy holds", async () => {
    const auto = ["--scheme", "ternary", "--auto", "--max-drop"];
    const found = documentOf(await xsnn(...small, ...auto, "0", "-o", "q.tflite", "--json"));
    expect(found).toMatchObject({
      options: { maxDrop: 0 },
      variants: [{ scheme: "auto from ternary", evaluation: { samples: 40, agreeing: 40 } }],
    });
    expect(found.layers.map(({ scheme }: { scheme: string }) => scheme)).not.toEqual(
      Array(2).fill("ternary/int8"),
    );
    const { layers } = documentOf(await xsnn(...small, ...auto, "100", "-o", "q.tflite", "--json"));
    expect(layers.map(({ scheme }: { scheme: string }) => scheme)).toEqual(Array(2).fill("ternary/int8"));
    expect(await xsnn(...small, ...auto, "1", "--layer", "0=int8", "-o", "q.tflite")).toMatchObject({
      code: 1,
    });
  });

  it("compares schemes, predicts for a board, and draws a page that needs nothing else", async () => {
    const options = ["--compare", "int8,16x8,ternary", "--board", "esp32-c3", "--report", "page.html"];
    const { variants } = documentOf(await xsnn(...small, ...options, "-o", "q.tflite", "--json"));
    expect(variants).toMatchObject(
      ["int8", "16x8", "ternary"].map((scheme) => ({
        scheme,
        cost: { board: { name: "esp32-c3", fits: true } },
      })),
    );
    const [int8, wide, ternary] = variants.map(
      ({ evaluation }: { evaluation: { snr: number } }) => evaluation.snr,
    );
    expect(wide).toBeGreaterThan(int8);
    expect(ternary).toBeLessThan(int8);
    const page = readFileSync("page.html", "utf8");
    expect(page).toMatch(/^<!doctype html>\n/);
    expect(page).not.toMatch(/<script|src=|href=|url\(/);
    expect(page.match(/<figure>/g)).toHaveLength(2);
    expect(page.match(/class="histogram"/g)).toHaveLength(4);
  });

  it("writes .onnx, and a compiled folder for any other name", async () => {
    expect(await xsnn(...small, "-o", "q.onnx")).toMatchObject({ code: 0, err: "" });
    expect(await xsnn("inspect", "q.onnx")).toMatchObject({ code: 0 });
    expect(await xsnn(...small, "-o", "app")).toMatchObject({ code: 0, err: "" });
    writeFileSync("one.npy", npy(Float32Array.of(0.5, -0.5, 0.25, 1), [1, 4]));
    expect(await xsnn("run", "app", "--input", "one.npy")).toMatchObject({ code: 0 });
  });

  it("gives the same bytes for the same seed", async () => {
    for (const name of ["a.tflite", "b.tflite"]) await xsnn(...small, "--samples", "20", "-o", name);
    expect(readFileSync("a.tflite").equals(readFileSync("b.tflite"))).toBe(true);
  });

  describe("refuses, and writes nothing:", () => {
    const refused = async (...argv: string[]) => {
      const called = await xsnn("quantize", ...argv, "--report", "page.html", "-o", "out.tflite", "--json");
      expect(called.code).toBe(1);
      expect(existsSync("out.tflite") || existsSync("page.html")).toBe(false);
      return codesOf(called);
    };

    it("data that says nothing or does not fit", async () => {
      writeFileSync("nan.npy", npy(Float32Array.of(1, Number.NaN, 0, 0), [1, 4]));
      writeFileSync("constant.npy", npy(new Float32Array(8).fill(2), [2, 4]));
      writeFileSync("wide.npy", npy(new Float32Array(10), [2, 5]));
      expect(await refused("float.tflite", "--data", "nan.npy")).toEqual(["input-not-finite"]);
      expect(await refused("float.tflite", "--data", "constant.npy")).toEqual(["samples-constant"]);
      expect(await refused("float.tflite", "--data", "wide.npy")).toEqual(["input-shape"]);
      expect(await refused("float.tflite", "--data", "none.npy")).toEqual(["file-not-readable"]);
    });

    it("models that are not there, are quantized already, or have an operator without a quantized form", async () => {
      const build = new FloatGraph();
      const input = build.input([1, 4]);
      writeModel("division.tflite", build.graph([build.op("DIV", { activation: "NONE" }, input, input)]));
      expect(await refused("none.tflite", "--data", "x.npy")).toEqual(["file-not-readable"]);
      expect(await refused(resolve(DIGITS, "digits.tflite"), "--data", "x.npy")).toEqual(["model-not-float"]);
      expect(await refused("division.tflite", "--data", "x.npy")).toEqual(["operator-not-quantized"]);
    });

    it("layers and schemes that there are none of, and to replace the model", async () => {
      const call = ["float.tflite", "--data", "x.npy"];
      expect(await refused(...call, "--layer", "9=int8")).toEqual(["layer-unknown"]);
      expect(codesOf(await xsnn(...small, "-o", "./float.tflite", "--json"))).toEqual(["arguments"]);
      expect(await refused(...call, "--layer", "0")).toEqual(["arguments"]);
      expect(await refused(...call, "--scheme", "int3")).toEqual(["arguments"]);
      expect(await refused(...call, "--scheme", "int16/int8")).toEqual(["scheme-not-supported"]);
      expect(await refused(...call, "--board", "esp33")).toEqual(["board-unknown"]);
    });
  });
});

describe("xsnn quantize on the digits network", () => {
  inEmptyFolder();

  it("keeps it right, and the result runs on XS", async () => {
    const bytes = readFileSync(resolve(DIGITS, "digits.tflite"));
    writeModel("digits.tflite", dequantized(importModel(bytes, "digits.tflite")));
    const found = documentOf(
      await xsnn("quantize", "digits.tflite", "--data", SAMPLES, "-o", "digits", "--json"),
    );
    expect(found.float.right).toBe(20);
    expect(found.variants[0].evaluation.right).toBe(20);
    const seven = ["--input", resolve(SAMPLES, "7-1.png"), "--json"];
    for (const engine of ["node", "xs"]) {
      const { samples } = documentOf(await xsnn("run", "digits", "--engine", engine, ...seven));
      const { values } = samples[0].outputs[0];
      expect(values.indexOf(Math.max(...values))).toBe(7);
    }
  });
});
