import { readFileSync } from "node:fs";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { QuantizedModel } from "../../codegen/compress/quantize/execute.js";
import { quantize } from "../../codegen/compress/quantize/quantize.js";
import { argMax, outputsOf, type Runnable } from "../../codegen/compress/report/evaluate.js";
import { FloatModel } from "../../codegen/float/execute.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runFloatPasses } from "../../codegen/passes/float/index.js";
import { plan } from "../../codegen/plan/plan.js";
import { loadFashion } from "../../models/fashion/data.js";

const file = (path: string) => readFileSync(new URL(`../../models/fashion/${path}`, import.meta.url));
const graph = importModel(file("fashion.tflite"), "fashion.tflite");
const { training, holdout } = loadFashion();
const sample = ({ pixels }: { pixels: Uint8Array }) => [Float32Array.from(pixels, (pixel) => pixel / 255)];

/** Of how many held-out pictures the README states how often models are right. */
const FIRST = 500;
const first = holdout.slice(0, FIRST);

function right(model: Runnable): number {
  return outputsOf(model, first.map(sample)).filter((output, i) => argMax(output) === first[i].label).length;
}

describe("the shipped fashion classifier", () => {
  const int8 = quantize(graph, training.slice(0, 256).map(sample)).graph;

  it("has batch normalization of its own, which folds into convolutions", () => {
    const kinds = ({ ops }: typeof graph) => ops.map(({ kind }) => kind);
    expect(kinds(graph).filter((kind) => kind === "MUL")).toHaveLength(13);
    const folded = kinds(runFloatPasses(graph));
    expect(folded.filter((kind) => kind.endsWith("CONV_2D"))).toHaveLength(13);
    expect(folded.filter((kind) => !kind.endsWith("CONV_2D"))).toEqual([
      "ADD",
      "ADD",
      "ADD",
      "MEAN",
      "FULLY_CONNECTED",
      "SOFTMAX",
    ]);
  });

  it("needs the multiply-accumulates that its README says", () => {
    const { macs } = plan(int8, { forms: [] });
    expect(macs).toBe(1_178_016);
    expect(file("README.md").toString()).toContain(`It needs ${macs.toLocaleString("en-US")}`);
  });

  it("is right on as many held-out pictures as its README says, in float32 and in int8", () => {
    const found = [right(new FloatModel(graph)), right(new QuantizedModel(int8))];
    expect(Math.min(...found) / FIRST).toBeGreaterThan(0.87);
    const [float, quantized] = found;
    expect(file("README.md").toString()).toContain(
      `first ${FIRST} held-out pictures: ${float} right in float32, ${quantized} in int8`,
    );
  });

  it("comes with names, and the first held-out pictures of each class", () => {
    const labels = file("labels.txt").toString().trimEnd().split("\n");
    expect(labels).toHaveLength(10);
    for (const [label, name] of labels.entries()) {
      const pictures = holdout.filter((picture) => picture.label === label).slice(0, 2);
      for (const [i, { pixels }] of pictures.entries()) {
        const { width, height, data } = PNG.sync.read(file(`samples/${name}-${i + 1}.png`));
        expect([width, height]).toEqual([28, 28]);
        expect(data.filter((_, at) => at % 4 === 0)).toEqual(Buffer.from(pixels));
      }
    }
  });
});

describe("the pictures", () => {
  it("are all there, none of them both trained on and held out", () => {
    const key = ({ pixels }: { pixels: Uint8Array }) => Buffer.from(pixels).toString("base64");
    expect([training.length, holdout.length]).toEqual([60_002, 9988]);
    const trained = new Set(training.map(key));
    expect(holdout.filter((picture) => trained.has(key(picture)))).toEqual([]);
  });
});
