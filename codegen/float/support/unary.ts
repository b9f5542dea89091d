import type { OpKind } from "../../graph/op.js";
import type { Node } from "../../ops/node.js";
import type { FloatOperator } from "../operator.js";
import { requireFloat32 } from "./checks.js";

/** An operator that is one function of each element; `functionOf` may look at attributes. */
export function unary<Attributes>(
  kind: OpKind,
  functionOf: (node: Node<Attributes>) => (x: number) => number,
): FloatOperator<Attributes> {
  return {
    kind,
    check: requireFloat32,
    run: (node, [input]) => [input!.map(functionOf(node))],
  };
}
