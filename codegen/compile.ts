/** The pipeline from a model's bytes to an artifact's. */
import { type Artifact, emit } from "./emit/artifact.js";
import { moduleName } from "./emit/names.js";
import type { RuntimeSources } from "./emit/runtime-files.js";
import { requireQuantized } from "./float/validate.js";
import type { Graph } from "./graph/graph.js";
import { requireValid } from "./graph/validate.js";
import { type Companions, importModel } from "./import/import-model.js";
import { runPasses } from "./passes/index.js";
import { checkOptions, type PlanOptions } from "./plan/options.js";
import { type Plan, plan } from "./plan/plan.js";

export interface Compiled {
  /** Name of the model's module, from the file name. */
  readonly module: string;
  /** As planned, after the passes. */
  readonly graph: Graph;
  readonly plan: Plan;
  readonly artifact: Artifact;
}

/**
 * Compiles a model.
 *
 * @param model content of a .tflite or .onnx file
 * @param fileName its name: the module takes its name from it, messages use it
 * @param sources the runtime, which the artifact carries in part
 * @param options what the plan is to be good at; where not given, fast on the default board
 * @param companions files beside the model that it keeps weights in
 * @throws Refusal with every reason found
 */
export function compile(
  model: Uint8Array,
  fileName: string,
  sources: RuntimeSources,
  options: PlanOptions = {},
  companions?: Companions,
): Compiled {
  return compileGraph(importModel(model, fileName, companions), moduleName(fileName), sources, options);
}

/**
 * Compiles a graph that no file holds, such as one that was just quantized.
 *
 * @param imported a graph as an importer gives it, before the passes
 * @param module the name of its module
 * @throws Refusal with every reason found
 */
export function compileGraph(
  imported: Graph,
  module: string,
  sources: RuntimeSources,
  options: PlanOptions = {},
): Compiled {
  requireQuantized(imported);
  const graph = runPasses(imported);
  requireValid(graph);
  checkOptions(graph, options);
  const planned = plan(graph, options);
  return { module, graph, plan: planned, artifact: emit(planned, module, sources) };
}
