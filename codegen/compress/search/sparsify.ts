/** How a network gets sparse while it is trained: the groups of weights that save most go first. */
import type { Graph } from "../../graph/graph.js";
import { runPasses } from "../../passes/index.js";
import type { PlanOptions } from "../../plan/options.js";
import { keptCount, maskOf, type Pruned, unpruned } from "../prune/mask.js";
import { parameterOf } from "../prune/parameter.js";
import { pruneLanes } from "../prune/patterns/lanes.js";
import { type Saving, savings } from "../prune/patterns/savings.js";

/**
 * What zeros save in a network that is to be trained.
 *
 * @param quantized the network in the formats that it will have, by weights that are not trained yet
 */
export function savingsOf(quantized: Graph, options: PlanOptions): readonly Saving[] {
  return savings(unpruned(runPasses(quantized)), options).filter(({ instructions }) => instructions > 0);
}

/** Prunes as much more as makes a share of all these layers' weights zero, all layers together. */
export function sparser(pruned: Pruned, sparsity: number, known: readonly Saving[]): Pruned {
  let [total, kept] = [0, 0];
  for (const { op } of known) {
    const mask = maskOf(pruned, parameterOf(pruned.graph, { layer: op.name, name: "weight" }).id);
    total += mask.length;
    kept += keptCount(mask);
  }
  const count = Math.max(0, Math.round(sparsity * total) - (total - kept));
  return count === 0 ? pruned : pruneLanes(pruned, { count }, known, { global: true });
}
