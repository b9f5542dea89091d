/** Writes what this folder ships. */
import { mkdirSync, writeFileSync } from "node:fs";
import { PNG } from "pngjs";
import { exportTflite } from "../../codegen/export/tflite/export-tflite.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { type Digit, SIDE } from "./data.js";

/** Samples of each digit. */
const SAMPLES = 2;

/** Writes the model, its labels, and the first held-out digits of each class as images. */
export function write(graph: Graph, holdout: readonly Digit[]): void {
  writeFileSync(at("digits.tflite"), exportTflite(graph));
  const labels = Array.from({ length: 10 }, (_, label) => label);
  writeFileSync(at("labels.txt"), labels.map((label) => `${label}\n`).join(""));
  mkdirSync(at("samples"), { recursive: true });
  for (const label of labels) {
    const first = holdout.filter((digit) => digit.label === label).slice(0, SAMPLES);
    for (const [i, { pixels }] of first.entries())
      writeFileSync(at(`samples/${label}-${i + 1}.png`), greyscale(pixels));
  }
}

/** A file of this folder. */
function at(path: string): URL {
  return new URL(path, import.meta.url);
}

/** An 8-bit greyscale PNG. */
function greyscale(pixels: Uint8Array): Uint8Array {
  const png = new PNG({ width: SIDE, height: SIDE, colorType: 0, inputColorType: 0 });
  png.data = Buffer.from(pixels);
  return PNG.sync.write(png, { colorType: 0, inputColorType: 0 });
}
