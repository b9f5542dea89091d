import type { Node } from "./node.js";
import type { Operator } from "./operator.js";
import { axisInput } from "./support/axis.js";
import { checkTypes } from "./support/copy.js";
import { separate } from "./support/parts.js";

export interface SplitAttributes {
  readonly count: number;
}

const TYPES = ["int8", "int32", "float32"] as const;

export const split: Operator<SplitAttributes> = {
  kind: "SPLIT",
  inputs: [2, 2],
  outputs: [1, Number.POSITIVE_INFINITY],
  types: TYPES.join(", "),
  restrictions: "constant axis",
  checked: "reference",

  check(node) {
    const { count } = node.attributes;
    const { outputs } = node.op;
    if (count !== outputs.length)
      node.refuse("attribute", { attribute: "the count", value: `${count}`, supported: `${outputs.length}` });
    const { shape } = node.input(1);
    if (shape[axis(node)] % count !== 0)
      node.refuse("shape", {
        why: `[${shape.join(", ")}] does not split into ${count} along axis ${axis(node)}`,
      });
    checkTypes(node, node.input(1), TYPES);
  },

  infer(node) {
    const { shape } = node.input(1);
    const part = shape.with(axis(node), shape[axis(node)] / node.attributes.count);
    return node.op.outputs.map(() => part);
  },

  lower: (node) =>
    separate(
      node,
      1,
      axis(node),
      node.op.outputs.map((_, i) => node.output(i).shape[axis(node)]),
    ),
};

function axis(node: Node): number {
  return axisInput(node, 0, node.input(1).shape.length);
}
