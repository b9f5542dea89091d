import { FLOAT8_TYPES } from "../arithmetic/float8.js";
import type { Node } from "./node.js";
import type { Operator } from "./operator.js";
import { axisOf } from "./support/axis.js";
import { checkTypes } from "./support/copy.js";
import { separate } from "./support/parts.js";

export interface UnpackAttributes {
  readonly axis: number;
  readonly count: number;
}

const TYPES = ["int8", "int16", "int32", "float32", ...FLOAT8_TYPES] as const;

/** The input taken apart along an axis, which the outputs lack (micro/kernels/unpack.cc). */
export const unpack: Operator<UnpackAttributes> = {
  kind: "UNPACK",
  inputs: [1, 1],
  outputs: [1, Number.POSITIVE_INFINITY],
  types: TYPES.join(", "),
  restrictions: "",
  checked: "reference",

  check(node) {
    const { count } = node.attributes;
    const size = node.input(0).shape[axis(node)];
    if (count !== size || node.op.outputs.length !== size)
      node.refuse("attribute", {
        attribute: "the count",
        value: `${count} for ${node.op.outputs.length} outputs`,
        supported: `${size} for ${size}`,
      });
    checkTypes(node, node.input(0), TYPES);
  },

  infer(node) {
    const shape = node.input(0).shape.toSpliced(axis(node), 1);
    return node.op.outputs.map(() => shape);
  },

  lower: (node) => separate(node, 0, axis(node), new Array<number>(node.attributes.count).fill(1)),
};

function axis(node: Node<UnpackAttributes>): number {
  return axisOf(node, node.attributes.axis, node.input(0).shape.length);
}
