import type { Node } from "./node.js";
import type { Operator, Shape } from "./operator.js";
import { alias, checkSameType } from "./support/alias.js";
import { axisOf } from "./support/axis.js";

export interface SqueezeAttributes {
  /** Axes to drop, negative from the end; none given: every axis of size 1. */
  readonly axes: readonly number[];
}

/** The input without dimensions of size 1: those that are named, or all (micro/kernels/squeeze.cc). */
export const squeeze: Operator<SqueezeAttributes> = {
  ...alias,
  kind: "SQUEEZE",
  inputs: [1, 1],
  restrictions: "",
  checked: "reference",
  check: checkSameType,
  infer: (node) => [squeezed(node)],
};

function squeezed(node: Node<SqueezeAttributes>): Shape {
  const { shape } = node.input(0);
  const { axes } = node.attributes;
  const dropped = new Set(axes.map((axis) => axisOf(node, axis, shape.length)));
  for (const axis of dropped) {
    if (shape[axis] !== 1) node.refuse("shape", { why: `axis ${axis} has ${shape[axis]} elements, not 1` });
  }
  return shape.filter((size, axis) => (axes.length === 0 ? size !== 1 : !dropped.has(axis)));
}
