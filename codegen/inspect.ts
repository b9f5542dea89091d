import { isFloat, requireFloat, requireQuantized } from "./float/validate.js";
import { byteLength, type Graph } from "./graph/graph.js";
import { validate } from "./graph/validate.js";
import { type Companions, importModel } from "./import/import-model.js";
import { runFloatPasses } from "./passes/float/index.js";
import { runPasses } from "./passes/index.js";
import { plan } from "./plan/plan.js";
import { type Problem, Refusal } from "./problems/problem.js";

/** What a model is made of, and whether it can be compiled. */
export interface Inspection {
  /** As the file has it, before any pass. */
  readonly graph: Graph;
  /** How often each operator occurs, in alphabetical order. */
  readonly operators: ReadonlyMap<string, number>;
  /** Bytes of the model's constants, and of all that is computed, without any reuse of memory. */
  readonly constantBytes: number;
  readonly computedBytes: number;
  /** Every reason why the model cannot be compiled; none if it can. */
  readonly problems: readonly Problem[];
}

/**
 * Looks at a model without compiling it.
 *
 * @param model content of a .tflite or .onnx file
 * @param fileName its name
 * @param companions files beside it that it keeps weights in
 * @throws Refusal where the file cannot be read as a graph, such as for operators that are not supported at all
 */
export function inspect(model: Uint8Array, fileName: string, companions?: Companions): Inspection {
  const graph = importModel(model, fileName, companions);
  const counts = new Map<string, number>();
  for (const { kind } of graph.ops) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const bytes = (constant: boolean) =>
    graph.tensors
      .filter(({ data }) => (data !== undefined) === constant)
      .reduce((sum, tensor) => sum + byteLength(tensor), 0);
  return {
    graph,
    operators: new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    constantBytes: bytes(true),
    computedBytes: bytes(false),
    problems: compilationProblems(graph),
  };
}

/** What keeps a float model from being quantized; else only that it is not. */
function floatProblems(graph: Graph): readonly Problem[] {
  requireFloat(runFloatPasses(graph));
  requireQuantized(graph);
  return [];
}

/** Everything that stands in the way of compiling a graph. */
function compilationProblems(graph: Graph): readonly Problem[] {
  try {
    if (isFloat(graph)) return floatProblems(graph);
    const passed = runPasses(graph);
    const problems = validate(passed);
    if (problems.length === 0) plan(passed);
    return problems;
  } catch (error) {
    if (error instanceof Refusal) return error.problems;
    throw error;
  }
}
