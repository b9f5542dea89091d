import { elements } from "../graph/graph.js";
import type { Node } from "./node.js";
import type { Operator, Shape } from "./operator.js";
import { alias, checkSameType, requireElements } from "./support/alias.js";

export interface ReshapeAttributes {
  /** From the attributes; a second input overrides it. */
  readonly newShape: readonly number[] | null;
}

/** The same elements in another shape (micro/kernels/reshape_common.cc). */
export const reshape: Operator<ReshapeAttributes> = {
  ...alias,
  kind: "RESHAPE",
  inputs: [1, 2],
  restrictions: "constant shape, at most one −1",
  checked: "golden models, reference",
  check: checkSameType,
  infer: (node) => [requireElements(node, resolve(node))],
};

/** The new shape with its −1, if any, worked out; where none is given TFLM goes by the output's. */
function resolve(node: Node<ReshapeAttributes>): Shape {
  const wanted = node.optional(1)
    ? node.integers(1, "the shape")
    : (node.attributes.newShape ?? node.output().shape);
  const open = wanted.filter((size) => size === -1).length;
  if (open > 1 || wanted.some((size) => size < -1))
    node.refuse("attribute", {
      attribute: "the shape",
      value: `[${wanted.join(", ")}]`,
      supported: "one −1",
    });
  if (open === 0) return wanted;
  const known = elements(wanted.filter((size) => size !== -1));
  return wanted.map((size) => (size === -1 ? Math.floor(elements(node.input(0).shape) / known) : size));
}
