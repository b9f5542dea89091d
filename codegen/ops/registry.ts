import type { Op } from "../graph/op.js";
import { operators } from "./index.js";
import type { Operator } from "./operator.js";

/** The Operator of an op. Its methods take a Node of that same op, which the type of a mixed list cannot say. */
export function operatorOf(op: Op): Operator<unknown> {
  return operators[op.kind] as Operator<unknown>;
}
