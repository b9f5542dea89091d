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
  const module = moduleName(fileName);
  const imported = importModel(model, fileName, companions);
  requireQuantized(imported);
  const graph = runPasses(imported);
  requireValid(graph);
  checkOptions(graph, options);
  const planned = plan(graph, options);
  return { module, graph, plan: planned, artifact: emit(planned, module, sources) };
}
