/** Where a quantized model goes. */
import { basename, dirname, extname, join } from "node:path";
import type { Compiled } from "../../compile.js";
import { exportOnnx } from "../../export/onnx/export-onnx.js";
import { exportTflite } from "../../export/tflite/export-tflite.js";
import type { Graph } from "../../graph/graph.js";
import { writeArtifact } from "../artifact-folder.js";
import { requireWritable, writeFiles } from "../files.js";

const EXPORTERS: Readonly<Record<string, (graph: Graph) => Uint8Array>> = {
  ".tflite": exportTflite,
  ".onnx": exportOnnx,
};

function isModelFile(path: string): boolean {
  return extname(path).toLowerCase() in EXPORTERS;
}

/** What a path's extension asks for, made already, so that nothing is written where it cannot be. */
export interface Output {
  write(): Promise<void>;
}

/** @throws Refusal `file-not-writable` where a model file, or the files of an artifact, cannot be written */
export async function requireOutput(path: string): Promise<void> {
  await requireWritable(isModelFile(path) ? path : join(path, "weights.bin"));
}

/**
 * A model file for a path that ends in .tflite or .onnx; undefined for any other.
 *
 * @throws Refusal for what the format of the file does not have
 */
export function modelOutput(path: string, graph: Graph): Output | undefined {
  if (!isModelFile(path)) return undefined;
  const exporter = EXPORTERS[extname(path).toLowerCase()];
  const files = new Map([[basename(path), exporter(graph)]]);
  return { write: () => writeFiles(dirname(path), files) };
}

/**
 * A model file for a path that ends in .tflite or .onnx, or else a folder with the compiled artifact.
 *
 * @throws Refusal for what the format of the file does not have
 */
export function outputFor(path: string, graph: Graph, { artifact }: Compiled): Output {
  return modelOutput(path, graph) ?? { write: () => writeArtifact(path, artifact) };
}
