/**
 * Operators that change a shape and no byte. TFLM copies the bytes and looks at no scale, so a different quantization
 * of input and output is no mistake of theirs.
 */
import { elements } from "../../graph/graph.js";
import type { Node } from "../node.js";
import type { Operator, Shape } from "../operator.js";

/** Refuses input 0 and output 0 that differ in type. */
export function checkSameType(node: Node): void {
  node.requireType(node.output(), "the output", [node.input(0).dtype]);
}

/** Refuses a shape that does not hold the elements of input 0. */
export function requireElements(node: Node, shape: Shape): Shape {
  const { shape: from } = node.input(0);
  if (elements(shape) !== elements(from))
    node.refuse("shape", { why: `[${from.join(", ")}] cannot become [${shape.join(", ")}]` });
  return shape;
}

/** What such operators have in common: the output takes the memory of the input. */
export const alias = {
  outputs: [1, 1],
  types: "any",
  lower: () => ({ form: "alias" }),
} as const satisfies Partial<Operator<unknown>>;
