/** graph → graph, meaning unchanged. */
import type { Graph } from "../graph/graph.js";
import { foldConstants } from "./fold-constants.js";
import { removeDead } from "./remove-dead.js";

/**
 * Every pass, in order.
 *
 * @param graph sound in its tensors, wiring and order; what its operators refuse is found after the passes, since
 *   inputs that must be constant may become so here
 */
export function runPasses(graph: Graph): Graph {
  return removeDead(foldConstants(graph));
}
