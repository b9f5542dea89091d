/** Writes what a model's folder ships. */
import { mkdirSync, writeFileSync } from "node:fs";
import { PNG } from "pngjs";
import { exportTflite } from "../../codegen/export/tflite/export-tflite.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { type Picture, SIDE } from "./picture.js";

/** Pictures of each class. */
const SAMPLES = 2;

/** A `.tflite` file. */
export function writeModel(path: URL, graph: Graph): void {
  writeFileSync(path, exportTflite(graph));
}

/** What each output stands for, one name a line. */
export function writeLabels(path: URL, labels: readonly string[]): void {
  writeFileSync(path, labels.map((label) => `${label}\n`).join(""));
}

/** The first held-out pictures of each class, not chosen, as images with the class in their names. */
export function writeSamples(folder: URL, labels: readonly string[], holdout: readonly Picture[]): void {
  mkdirSync(folder, { recursive: true });
  for (const [label, name] of labels.entries()) {
    const first = holdout.filter((picture) => picture.label === label).slice(0, SAMPLES);
    for (const [i, { pixels }] of first.entries())
      writeFileSync(new URL(`${name}-${i + 1}.png`, folder), greyscale(pixels));
  }
}

/** An 8-bit greyscale PNG. */
function greyscale(pixels: Uint8Array): Uint8Array {
  const png = new PNG({ width: SIDE, height: SIDE, colorType: 0, inputColorType: 0 });
  png.data = Buffer.from(pixels);
  return PNG.sync.write(png, { colorType: 0, inputColorType: 0 });
}
