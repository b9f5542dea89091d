import type { NoAttributes, Operator } from "./operator.js";
import { alias, checkSameType } from "./support/alias.js";
import { axisInput } from "./support/axis.js";

/** A dimension of size 1 more, at an axis of the output (micro/kernels/expand_dims.cc). */
export const expandDims: Operator<NoAttributes> = {
  ...alias,
  kind: "EXPAND_DIMS",
  inputs: [2, 2],
  restrictions: "constant axis",
  checked: "reference",
  check: checkSameType,

  infer(node) {
    const { shape } = node.input(0);
    const axis = axisInput(node, 1, shape.length + 1);
    return [[...shape.slice(0, axis), 1, ...shape.slice(axis)]];
  },
};
