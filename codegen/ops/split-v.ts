import type { Node } from "./node.js";
import type { Operator } from "./operator.js";
import { axisInput } from "./support/axis.js";
import { checkTypes, integersOf } from "./support/copy.js";
import { separate } from "./support/parts.js";

export interface SplitVAttributes {
  readonly count: number;
}

const TYPES = ["int8", "int32", "float32"] as const;

export const splitV: Operator<SplitVAttributes> = {
  kind: "SPLIT_V",
  inputs: [3, 3],
  outputs: [1, Number.POSITIVE_INFINITY],
  types: TYPES.join(", "),
  restrictions: "constant sizes, at most one −1, and axis",
  checked: "reference",

  check(node) {
    const { count } = node.attributes;
    const { outputs } = node.op;
    if (count !== outputs.length)
      node.refuse("attribute", { attribute: "the count", value: `${count}`, supported: `${outputs.length}` });
    const { shape } = node.input(0);
    const parts = sizes(node);
    if (parts.some((size) => size < 1) || parts.reduce((sum, size) => sum + size, 0) !== shape[axis(node)])
      node.refuse("shape", {
        why: `[${shape.join(", ")}] does not split into [${parts.join(", ")}] along axis ${axis(node)}`,
      });
    checkTypes(node, node.input(0), TYPES);
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
