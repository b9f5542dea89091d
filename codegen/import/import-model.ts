import type { Graph } from "../graph/graph.js";
import { refuse } from "../problems/problem.js";
import { type Companions, companionsOf } from "./onnx/external.js";
import { importOnnx } from "./onnx/import-onnx.js";
import { importTflite } from "./tflite/import-tflite.js";

export type { Companions } from "./onnx/external.js";

/** What people have models in that we do not read, by extension. */
const OTHER_FORMATS = [".h5", ".hdf5", ".keras", ".pb", ".pt", ".pth", ".ckpt", ".safetensors"];

/**
 * Reads a model file. Its content says what format it has; the name only makes a refusal say what the file may be.
 *
 * @param bytes content of a .tflite or .onnx file
 * @param fileName its name, which the graph takes without folder and extension
 * @param companions the files that `companionPaths` names, as far as there are any
 * @throws Refusal with every reason found
 */
export function importModel(bytes: Uint8Array, fileName: string, companions?: Companions): Graph {
  const name = baseName(fileName).replace(/\.[^.]*$/, "");
  if (isTflite(bytes)) return importTflite(bytes, name);
  if (isOnnx(bytes, fileName)) return importOnnx(bytes, name, companions);
  const extension = extensionOf(fileName);
  if (OTHER_FORMATS.includes(extension)) refuse("model-format", { extension });
  return importTflite(bytes, name);
}

/**
 * The files beside a model that it keeps weights in, relative to its folder and none of them outside.
 *
 * @throws Refusal where it names one outside, or is damaged
 */
export function companionPaths(bytes: Uint8Array, fileName: string): readonly string[] {
  return !isTflite(bytes) && isOnnx(bytes, fileName) ? companionsOf(bytes) : [];
}

/** Whether the file identifier is that of a TensorFlow Lite model: "TFL3" after the offset of the root table. */
function isTflite(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(4, 8)) === "TFL3";
}

/** ONNX has no identifier: models say so by name, or begin with a small IR version, as writers put it. */
function isOnnx(bytes: Uint8Array, fileName: string): boolean {
  return extensionOf(fileName) === ".onnx" || (bytes[0] === 8 && bytes[1] <= 20 && bytes[2] > 8);
}

function baseName(fileName: string): string {
  return fileName.replace(/^.*[/\\]/, "");
}

function extensionOf(fileName: string): string {
  return /\.[^.]*$/.exec(baseName(fileName))?.[0].toLowerCase() ?? "";
}
