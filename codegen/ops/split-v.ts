import type { Node } from "./node.js";
import type { Operator } from "./operator.js";
import { axisInput } from "./support/axis.js";
import { integersOf } from "./support/copy.js";
import { separate } from "./support/parts.js";
import { checkSplit, type SplitAttributes, splitting } from "./support/split.js";

/** The input cut along an axis into parts of given sizes (micro/kernels/split_v.cc). */
export const splitV: Operator<SplitAttributes> = {
  ...splitting,
  kind: "SPLIT_V",
  inputs: [3, 3],
  restrictions: "constant sizes, at most one −1, and axis",
  checked: "reference",

  check(node) {
    checkSplit(node, 0);
    const { shape } = node.input(0);
    const parts = sizes(node);
    if (parts.some((size) => size < 1) || parts.reduce((sum, size) => sum + size, 0) !== shape[axis(node)])
      node.refuse("shape", {
        why: `[${shape.join(", ")}] does not split into [${parts.join(", ")}] along axis ${axis(node)}`,
      });
  },

  infer: (node) => sizes(node).map((size) => node.input(0).shape.with(axis(node), size)),

  lower: (node) => separate(node, 0, axis(node), sizes(node)),
};

function axis(node: Node): number {
  return axisInput(node, 2, node.input(0).shape.length);
}

/** How wide each output is; a −1 takes what the others leave. */
function sizes(node: Node): number[] {
  const given = integersOf(node, 1, "the list of sizes", node.op.outputs.length);
  const open = given.indexOf(-1);
  if (open < 0) return given;
  const others = given.reduce((sum, size) => sum + size, 1);
  return given.with(open, node.input(0).shape[axis(node)] - others);
}
