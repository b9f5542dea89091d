import type { Op, OpKind } from "../../graph/op.js";
import { opPlace, refuse } from "../../problems/problem.js";
import { alias } from "./alias.js";
import type { BackwardRule } from "./backward.js";
import { activation, add } from "./copy.js";
import { depthwise } from "./depthwise.js";
import { averagePool, maximumPool, mean } from "./pool.js";
import { convolution, dense } from "./weighted.js";

const RULES: Partial<Record<OpKind, BackwardRule>> = {
  ADD: add,
  AVERAGE_POOL_2D: averagePool,
  CONV_2D: convolution,
  DEPTHWISE_CONV_2D: depthwise,
  EXPAND_DIMS: alias,
  FULLY_CONNECTED: dense,
  MAX_POOL_2D: maximumPool,
  MEAN: mean,
  RELU: activation("RELU"),
  RELU6: activation("RELU6"),
  RESHAPE: alias,
  SQUEEZE: alias,
};

/** The rule for an operator. @throws Refusal where there is none */
export function backwardOf(op: Op): BackwardRule {
  return RULES[op.kind] ?? refuse("train-no-gradient", { known: Object.keys(RULES) }, opPlace(op));
}
