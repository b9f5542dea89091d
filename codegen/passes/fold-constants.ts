import type { Graph } from "../graph/graph.js";
import type { Op } from "../graph/op.js";
import { requireOperator } from "../graph/validate.js";
import { Node } from "../ops/node.js";
import { operatorOf } from "../ops/registry.js";
import { Collector } from "../problems/collector.js";
import { evaluate } from "./evaluate.js";

/**
 * Computes at compile time what no input decides. Tensors keep their index and get data, the operators that made them
 * go. In order of computation, so that chains vanish: SHAPE → STRIDED_SLICE → PACK → RESHAPE, Keras' Flatten of a dynamic
 * batch, leaves a RESHAPE with a constant shape. An operator that is refused stays, for validation to say why.
 */
export function foldConstants(graph: Graph): Graph {
  const tensors = [...graph.tensors];
  const folded: Graph = { ...graph, tensors };
  const ops = graph.ops.filter((op) => {
    const outputs = constantOutputs(folded, op);
    outputs?.forEach((data, i) => {
      const id = op.outputs[i];
      tensors[id] = { ...tensors[id], data };
    });
    return !outputs;
  });
  return { ...folded, ops };
}

/** The bytes of all outputs; undefined where they depend on an input or on state, or the operator is refused. */
function constantOutputs(graph: Graph, op: Op): readonly Uint8Array[] | undefined {
  const { fold, lower } = operatorOf(op);
  const constant = op.inputs.length > 0 && op.inputs.every((id) => id === null || graph.tensors[id].data);
  if (!fold && !constant) return undefined;
  return new Collector().try(() => {
    requireOperator(graph, op);
    const node = new Node(graph, op);
    return fold ? fold(node) : evaluate(node, lower(node));
  });
}
