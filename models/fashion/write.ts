/** Writes what this folder ships. */
import type * as tf from "@tensorflow/tfjs";
import { writeLabels, writeModel, writeSamples } from "../support/files.js";
import { floatGraph } from "../support/float-graph.js";
import type { Picture } from "../support/picture.js";

/** Zalando's names, in the order of the labels; without spaces and slashes, for files are named so. */
const LABELS = [
  "t-shirt",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "boot",
];

/** The model, its labels, and the first held-out pictures of each class. */
export function write(network: tf.LayersModel, holdout: readonly Picture[]): void {
  writeModel(at("fashion.tflite"), floatGraph("fashion", network));
  writeLabels(at("labels.txt"), LABELS);
  writeSamples(at("samples/"), LABELS, holdout);
}

/** A file of this folder. */
function at(path: string): URL {
  return new URL(path, import.meta.url);
}
