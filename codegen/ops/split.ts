import type { Node } from "./node.js";
import type { Operator } from "./operator.js";
import { axisInput } from "./support/axis.js";
import { separate } from "./support/parts.js";
import { checkSplit, type SplitAttributes, splitting } from "./support/split.js";

/** The input cut along an axis into equal parts (micro/kernels/split.cc). */
export const split: Operator<SplitAttributes> = {
  ...splitting,
  kind: "SPLIT",
  inputs: [2, 2],
  restrictions: "constant axis",
  checked: "reference",

  check(node) {
    checkSplit(node, 1);
    const { count } = node.attributes;
    const { shape } = node.input(1);
    if (shape[axis(node)] % count !== 0)
      node.refuse("shape", {
        why: `[${shape.join(", ")}] does not split into ${count} along axis ${axis(node)}`,
      });
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
