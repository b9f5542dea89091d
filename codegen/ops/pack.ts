import { FLOAT8_TYPES } from "../arithmetic/float8.js";
import type { Node } from "./node.js";
import type { Operator } from "./operator.js";
import { axisOf } from "./support/axis.js";
import { checkTypes } from "./support/copy.js";
import { join } from "./support/parts.js";

export interface PackAttributes {
  readonly axis: number;
  readonly count: number;
}

const TYPES = ["int8", "int16", "int32", "int64", "float32", ...FLOAT8_TYPES] as const;

/** Inputs of one shape, stacked along a new axis (micro/kernels/pack.cc). */
export const pack: Operator<PackAttributes> = {
  kind: "PACK",
  inputs: [1, Number.POSITIVE_INFINITY],
  outputs: [1, 1],
  types: TYPES.join(", "),
  restrictions: "",
  checked: "reference",

  check(node) {
    const { count } = node.attributes;
    const { inputs } = node.op;
    if (count !== inputs.length)
      node.refuse("attribute", { attribute: "the count", value: `${count}`, supported: `${inputs.length}` });
    const { shape } = node.input(0);
    axis(node);
    for (let i = 0; i < count; i++) {
      const part = node.input(i);
      checkTypes(node, part, TYPES);
      if (part.shape.join() !== shape.join())
        node.refuse("shape", { why: `[${part.shape.join(", ")}] is packed with [${shape.join(", ")}]` });
    }
  },

  infer: (node) => [node.input(0).shape.toSpliced(axis(node), 0, node.attributes.count)],

  lower: (node) => join(node, axis(node), new Array<number>(node.attributes.count).fill(1)),
};

/** The axis of the output along which the inputs lie. */
function axis(node: Node<PackAttributes>): number {
  return axisOf(node, node.attributes.axis, node.input(0).shape.length + 1);
}
