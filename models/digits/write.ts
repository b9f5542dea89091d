/** Writes what this folder ships. */
import type { Graph } from "../../codegen/graph/graph.js";
import { writeLabels, writeModel, writeSamples } from "../support/files.js";
import type { Picture } from "../support/picture.js";

const LABELS = Array.from({ length: 10 }, (_, digit) => `${digit}`);

/** The models, their labels, and the first held-out digits of each class as images. */
export function write(float: Graph, int8: Graph, holdout: readonly Picture[]): void {
  writeModel(at("digits-float.tflite"), float);
  writeModel(at("digits.tflite"), int8);
  writeLabels(at("labels.txt"), LABELS);
  writeSamples(at("samples/"), LABELS, holdout);
}

/** A file of this folder. */
function at(path: string): URL {
  return new URL(path, import.meta.url);
}
