import type { Op, OpKind } from "../../graph/op.js";
import { opPlace, refuse } from "../../problems/problem.js";
import { alias } from "./alias.js";
import type { BackwardRule } from "./backward.js";
import { convolution, dense } from "./weighted.js";

const RULES: Partial<Record<OpKind, BackwardRule>> = {
  CONV_2D: convolution,
  EXPAND_DIMS: alias,
  FULLY_CONNECTED: dense,
  RESHAPE: alias,
  SQUEEZE: alias,
};

/** The rule for an operator. @throws Refusal where there is none */
export function backwardOf(op: Op): BackwardRule {
  return RULES[op.kind] ?? refuse("train-no-gradient", { known: Object.keys(RULES) }, opPlace(op));
}
