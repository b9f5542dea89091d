import type { OpKind } from "../../../../graph/op.js";
import type { Node } from "../../../../ops/node.js";
import { type Curve, elementwise } from "../../backend/elementwise.js";
import type { DifferentiableOperator } from "../operator.js";

/** An operator that is one function of each element; `curveOf` may look at attributes. */
export function unary<Attributes>(
  kind: OpKind,
  curveOf: (node: Node<Attributes>) => Curve,
): DifferentiableOperator<Attributes> {
  return {
    kind,
    prepare(node) {
      const curve = curveOf(node);
      return ([x]) => [elementwise({ x: x! }, curve)];
    },
  };
}
