import { readFileSync } from "node:fs";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { importModel } from "../../codegen/import/import-model.js";
import { plan } from "../../codegen/plan/plan.js";
import { loadDigits } from "../../models/digits/data.js";
import { classifier } from "../../models/support/int8-classifier.js";

const file = (path: string) => readFileSync(new URL(`../../models/digits/${path}`, import.meta.url));
const graph = importModel(file("digits.tflite"), "digits.tflite");
const { training, holdout } = loadDigits();

describe("the shipped digit classifier", () => {
  it("is small enough for the smallest board", () => {
    const { macs, arena, weights, layers } = plan(graph);
    expect(macs).toBeLessThanOrEqual(300_000);
    expect(arena.bytes).toBeLessThanOrEqual(8 * 1024);
    expect(weights.length).toBeLessThanOrEqual(24 * 1024);
    const computing = layers
      .filter((layer) => layer.macs > 0)
      .flatMap(({ ops }) => ops.map(({ kind }) => kind));
    expect(computing).toEqual([
      "CONV_2D",
      "DEPTHWISE_CONV_2D",
      "CONV_2D",
      "DEPTHWISE_CONV_2D",
      "CONV_2D",
      "FULLY_CONNECTED",
    ]);
  });

  it("takes pixels less 128 and gives 256ths", () => {
    const [input, output] = [graph.inputs[0], graph.outputs[0]].map((id) => graph.tensors[id]);
    expect(input.shape).toEqual([1, 28, 28, 1]);
    expect(input.quantization).toEqual({ scales: [Math.fround(1 / 255)], zeroPoints: [-128], axis: 0 });
    expect(output.shape).toEqual([1, 10]);
    expect(output.quantization).toEqual({ scales: [1 / 256], zeroPoints: [-128], axis: 0 });
    expect(file("labels.txt").toString()).toBe("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
  });

  it("is right on as many held-out digits as its README says, at least 97 %", () => {
    const classify = classifier(graph);
    const right = holdout.filter((digit) => classify(digit) === digit.label).length;
    expect(right / holdout.length).toBeGreaterThanOrEqual(0.97);
    expect(file("README.md").toString()).toContain(`${right} of ${holdout.length}`);
  });

  it("comes with the first held-out digits of each class", () => {
    for (let label = 0; label < 10; label++) {
      const first = holdout.filter((digit) => digit.label === label).slice(0, 2);
      for (const [i, { pixels }] of first.entries()) {
        const { width, height, data } = PNG.sync.read(file(`samples/${label}-${i + 1}.png`));
        expect([width, height]).toEqual([28, 28]);
        expect(data.filter((_, at) => at % 4 === 0)).toEqual(Buffer.from(pixels));
      }
    }
  });
});

describe("the digits", () => {
  it("are all there, none of them both trained on and held out", () => {
    const key = ({ pixels }: { pixels: Uint8Array }) => Buffer.from(pixels).toString("base64");
    expect([training.length, holdout.length]).toEqual([8000, 2000]);
    expect(new Set([...training, ...holdout].map(key)).size).toBe(10_000);
  });
});
