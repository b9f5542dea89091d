/** Every operator that runs in float32, listed once. */
import type { Op, OpKind } from "../graph/op.js";
import type { FloatOperator } from "./operator.js";

const floatOperators: Partial<Record<OpKind, FloatOperator>> = {};

/** The float form of an operator; undefined where it has none. */
export function floatOperatorOf(op: Op): FloatOperator | undefined {
  return floatOperators[op.kind];
}
