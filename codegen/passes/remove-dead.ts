import type { Graph, TensorId } from "../graph/graph.js";
import { type Op, variableIndex } from "../graph/op.js";

/**
 * Drops operators whose outputs nobody needs. Needed are the model's outputs and the state of the next run; CALL_ONCE
 * stays while a variable is in use. Tensors keep their index.
 */
export function removeDead(graph: Graph): Graph {
  const needed = new Set<TensorId | null>(graph.outputs);
  const live = new Set<Op>();
  for (const op of graph.ops.toReversed()) {
    if (op.kind !== "ASSIGN_VARIABLE" && !op.outputs.some((id) => needed.has(id))) continue;
    live.add(op);
    for (const id of op.inputs) needed.add(id);
  }
  const stateful = [...live].some((op) => variableIndex(op) !== undefined);
  return {
    ...graph,
    ops: graph.ops.filter((op) => live.has(op) || (op.kind === "CALL_ONCE" && stateful)),
  };
}
