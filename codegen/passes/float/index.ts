/** float graph → float graph, meaning unchanged. */
import type { Graph } from "../../graph/graph.js";
import { runPasses } from "../index.js";

/**
 * Every pass, in order: what executes and quantizes float models is given their result.
 *
 * @param graph a float graph, sound in its tensors, wiring and order; what its operators refuse is found after the passes
 * @returns the same model inputs and outputs, in the same shapes, equal to float rounding
 */
export function runFloatPasses(graph: Graph): Graph {
  return runPasses(graph);
}
