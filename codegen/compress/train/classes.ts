/** Whether a model tells classes apart, and where it does. */
import type { Graph, TensorId } from "../../graph/graph.js";

/** Where a model has its answer before it becomes probabilities: what its softmax reads. The first output where there is none. */
export function logitsId({ ops, outputs }: Graph): TensorId {
  const softmax = ops.find((op) => op.kind === "SOFTMAX" && op.outputs[0] === outputs[0]);
  return softmax ? softmax.inputs[0]! : outputs[0];
}

/** Whether a model's first output are probabilities. */
export function givesProbabilities(graph: Graph): boolean {
  return logitsId(graph) !== graph.outputs[0];
}
