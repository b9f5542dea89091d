/** The model whose weights are to be changed. */
import { isFloat, requireFloat } from "../../float/validate.js";
import type { Graph } from "../../graph/graph.js";
import { requireValid } from "../../graph/validate.js";
import { importModel } from "../../import/import-model.js";
import { runFloatPasses } from "../../passes/float/index.js";
import { runPasses } from "../../passes/index.js";
import { readModel } from "../model-file.js";

export interface CompressibleModel {
  /** After the passes of its kind, and valid. */
  readonly graph: Graph;
  readonly isFloat: boolean;
}

/** @throws Refusal where the file cannot be read, run in float32 or compiled */
export async function readCompressibleModel(path: string): Promise<CompressibleModel> {
  const { bytes, companions } = await readModel(path);
  const graph = importModel(bytes, path, companions);
  if (isFloat(graph)) {
    const passed = runFloatPasses(graph);
    requireFloat(passed);
    return { graph: passed, isFloat: true };
  }
  const passed = runPasses(graph);
  requireValid(passed);
  return { graph: passed, isFloat: false };
}
