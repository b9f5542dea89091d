import type { Graph } from "../graph/graph.js";
import { refuse } from "../problems/problem.js";
import { importTflite } from "./tflite/import-tflite.js";

/** What people have models in that we do not read, by extension. */
const OTHER_FORMATS = [".onnx", ".h5", ".hdf5", ".keras", ".pb", ".pt", ".pth", ".ckpt", ".safetensors"];

/**
 * Reads a model file. Its content says what format it has; the name only makes a refusal say what the file may be.
 *
 * @param bytes content of a .tflite file
 * @param fileName its name, which the graph takes without folder and extension
 * @throws Refusal with every reason found
 */
export function importModel(bytes: Uint8Array, fileName: string): Graph {
  const base = fileName.replace(/^.*[/\\]/, "");
  const extension = /\.[^.]*$/.exec(base)?.[0].toLowerCase() ?? "";
  if (!isTflite(bytes) && OTHER_FORMATS.includes(extension)) refuse("model-format", { extension });
  return importTflite(bytes, base.replace(/\.[^.]*$/, ""));
}

/** Whether the file identifier is that of a TensorFlow Lite model: "TFL3" after the offset of the root table. */
function isTflite(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(4, 8)) === "TFL3";
}
