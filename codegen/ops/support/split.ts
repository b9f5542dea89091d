/** What SPLIT and SPLIT_V share. */
import { FLOAT8_TYPES } from "../../arithmetic/float8.js";
import type { Node } from "../node.js";
import type { Operator } from "../operator.js";
import { checkTypes } from "./copy.js";

export interface SplitAttributes {
  /** How many outputs there are. */
  readonly count: number;
}

const TYPES = ["int8", "int16", "int32", "float32", ...FLOAT8_TYPES] as const;

export const splitting = {
  outputs: [1, Number.POSITIVE_INFINITY],
  types: TYPES.join(", "),
} as const satisfies Partial<Operator<SplitAttributes>>;

/** Refuses a number of outputs other than the count, and types of input `position` that are not supported. */
export function checkSplit(node: Node<SplitAttributes>, position: number): void {
  const { count } = node.attributes;
  const { length } = node.op.outputs;
  if (count !== length)
    node.refuse("attribute", { attribute: "the count", value: `${count}`, supported: `${length}` });
  checkTypes(node, node.input(position), TYPES);
}
