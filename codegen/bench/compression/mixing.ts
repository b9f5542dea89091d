/** What a model takes for its pointwise and dense layers, in which every weight is a scalar by itself. */
import { Node } from "../../ops/node.js";
import type { Plan } from "../../plan/plan.js";

/** @param instructions counted, of each layer */
export function mixingInstructions({ graph, layers }: Plan, instructions: readonly number[]): number {
  return layers.reduce((sum, { ops }, i) => {
    const mixes = ops.some((op) => op.kind === "FULLY_CONNECTED" || isPointwise(new Node(graph, op)));
    return mixes ? sum + instructions[i] : sum;
  }, 0);
}

/** Filters are OHWI. */
function isPointwise(node: Node): boolean {
  if (node.op.kind !== "CONV_2D") return false;
  const [, height, width] = node.input(1).shape;
  return height === 1 && width === 1;
}
