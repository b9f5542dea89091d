import type { Graph } from "../graph/graph.js";
import type { Op } from "../graph/op.js";
import { requireOperator } from "../graph/validate.js";
import { Node } from "../ops/node.js";
import { operatorOf } from "../ops/registry.js";
import { Collector } from "../problems/collector.js";
import { opPlace, refuse } from "../problems/problem.js";
import { evaluate } from "./evaluate.js";

/** What all constants together may take: seconds on a slow computer. */
const MAX_WORK = 2 ** 28;

/**
 * The bytes of all outputs of an operator; undefined where they depend on an input or on state, or the operator is refused.
 *
 * @param spend told of the inner-loop iterations before they are run; may refuse them
 */
export type ConstantOutputs = (
  graph: Graph,
  op: Op,
  spend: (iterations: number) => void,
) => readonly Uint8Array[] | undefined;

/**
 * Computes at compile time what no input decides. Tensors keep their index and get data, the operators that made them
 * go. In order of computation, so that chains vanish: SHAPE → STRIDED_SLICE → PACK → RESHAPE, Keras' Flatten of a dynamic
 * batch, leaves a RESHAPE with a constant shape. An operator that is refused stays, for validation to say why.
 *
 * @throws Refusal `constant-work` where a small file asks for hours of computation
 */
export function foldConstants(graph: Graph, outputsOf: ConstantOutputs = constantOutputs): Graph {
  const tensors = [...graph.tensors];
  const folded: Graph = { ...graph, tensors };
  let work = 0;
  const ops = graph.ops.filter((op) => {
    const spend = (iterations: number) => {
      work += iterations;
      if (work > MAX_WORK) refuse("constant-work", { work, limit: MAX_WORK }, opPlace(op));
    };
    const outputs = outputsOf(folded, op, spend);
    outputs?.forEach((data, i) => {
      const id = op.outputs[i];
      tensors[id] = { ...tensors[id], data };
    });
    return !outputs;
  });
  return { ...folded, ops };
}

/** What the kernels that run on a device compute. */
export const constantOutputs: ConstantOutputs = (graph, op, spend) => {
  const { fold, lower } = operatorOf(op);
  const constant = op.inputs.length > 0 && op.inputs.every((id) => id === null || graph.tensors[id].data);
  if (!fold && !constant) return undefined;
  const isValid = new Collector().try(() => {
    requireOperator(graph, op);
    return true;
  });
  if (!isValid) return undefined;
  const node = new Node(graph, op);
  if (fold) return fold(node);
  const lowering = lower(node);
  if (lowering.form === "kernel") spend(lowering.tiles * lowering.work);
  return evaluate(node, lowering);
};
