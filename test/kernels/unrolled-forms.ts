/** In place of the planner's choice: every layer unrolled. */

import type { Graph } from "../../codegen/graph/graph.js";
import { unrolled } from "../../codegen/kernels/unrolled/index.js";
import type { Choices } from "../../codegen/plan/forms.js";

/** One kernel for each operator or, where `isChain`, for all of them together. */
export function choose(graph: Graph, _options?: unknown, isChain = false): Choices {
  const all = graph.ops.map((_, i) => i);
  const layers = (isChain ? [all] : all.map((i) => [i])).map((ops) => {
    const lowering = unrolled(graph, ops);
    if (!lowering) throw new Error("no unrolled form");
    const { outputs } = graph.ops[ops[ops.length - 1]];
    return { ops, form: "unrolled" as const, lowering, outputs, cost: lowering.cost };
  });
  return { layers, resting: [], planes: 0, graph };
}
