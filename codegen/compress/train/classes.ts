/** Whether a model tells classes apart, and where it does. */
import type { Graph, TensorId } from "../../graph/graph.js";
import type { OpKind } from "../../graph/op.js";

/** What may come between a softmax and a model's output. */
const PASSING: readonly OpKind[] = ["QUANTIZE", "DEQUANTIZE", "RESHAPE"];

/** Where a model has its answer before it becomes probabilities: what its softmax reads. The first output where there is none. */
export function logitsId({ ops, outputs }: Graph): TensorId {
  const producer = (id: TensorId) => ops.find((op) => op.outputs.includes(id));
  let op = producer(outputs[0]);
  while (op && PASSING.includes(op.kind)) op = producer(op.inputs[0]!);
  return op?.kind === "SOFTMAX" ? op.inputs[0]! : outputs[0];
}

/** Whether a model's first output are probabilities. */
export function givesProbabilities(graph: Graph): boolean {
  return logitsId(graph) !== graph.outputs[0];
}
