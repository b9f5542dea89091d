import type { Activated } from "../../arithmetic/activation.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import { opPlace, refuse } from "../../problems/problem.js";
import type { BackwardContext } from "./backward.js";

/** What a layer with weights has to keep: its input where weights are trained, its output where an activation clamps. */
export function keptOfWeighted(graph: Graph, index: number, isTrained: boolean): TensorId[] {
  const op = graph.ops[index];
  requireInt8(graph, index);
  const { activation } = op.attributes as Activated;
  return [...(isTrained ? [op.inputs[0]!] : []), ...(activation === "NONE" ? [] : [op.outputs[0]])];
}

/** @throws Refusal where activations or weights are of another type than int8 */
export function requireInt8({ tensors, ops }: Graph, index: number): void {
  const op = ops[index];
  for (const id of [...op.inputs.slice(0, 2), ...op.outputs]) {
    const { dtype, data } = tensors[id!];
    if (dtype !== "int8" && !(data && dtype === "int32")) refuse("train-type", { dtype }, opPlace(op));
  }
}

/** Where the input lies and what its zero point is, as constants of steps. */
export function inputOf({ node, offsetOf }: BackwardContext) {
  const { zeroPoint } = node.perTensor(node.input(0), "the input");
  return { input: offsetOf(node.inputId(0)), inputOffset: 0 - zeroPoint };
}
