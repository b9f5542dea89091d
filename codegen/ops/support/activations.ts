/** Quantized activations: int8 with any zero point, or int16 with zero point 0. */
import { INT8, INT16, type IntegerRange } from "../../arithmetic/integer-ranges.js";
import type { Tensor } from "../../graph/graph.js";
import type { Node } from "../node.js";

export const ACTIVATION_TYPES = ["int8", "int16"] as const;

/** For the table of operators. */
export const ACTIVATION_TYPES_TEXT = ACTIVATION_TYPES.join(", ");

/** Refuses inputs, by their role, and an output that are not all int8 or all int16, and int16 with a zero point. */
export function checkActivations(node: Node, inputs: Readonly<Record<string, Tensor>>): void {
  const [[role, first], ...others] = Object.entries(inputs);
  node.requireType(first, role, ACTIVATION_TYPES);
  for (const [other, tensor] of [...others, ["the output", node.output()] as const])
    node.requireType(tensor, other, [first.dtype]);
  if (first.dtype !== "int16") return;
  for (const [each, tensor] of Object.entries({ ...inputs, "the output": node.output() }))
    node.requireZeroPoint(tensor, each);
}

/** Whether an operator of such activations has int16 ones. */
export function isWide(node: Node): boolean {
  return node.output().dtype === "int16";
}

/** Bytes of an element of its output. */
export function activationBytes(node: Node): 1 | 2 {
  return isWide(node) ? 2 : 1;
}

/** What its output holds. */
export function activationLimits(node: Node): IntegerRange {
  return isWide(node) ? INT16 : INT8;
}

/** How far from its zero point a value of its inputs lies at most. */
export function activationReach(node: Node): number {
  return isWide(node) ? 2 ** 15 : 255;
}
