import type { Activated } from "../arithmetic/activation.js";
import type { Operator } from "./operator.js";
import { elementwise } from "./support/elementwise.js";
import { checkSum, lowerSum, type SumFactors } from "./support/sum.js";

/** Twice the larger input scale is common to both inputs, so that their sum does not overflow. */
function factors(scale1: number, scale2: number, outputScale: number, headroom: number): SumFactors {
  const common = 2 * Math.max(scale1, scale2);
  return { input1: scale1 / common, input2: scale2 / common, output: common / (2 ** headroom * outputScale) };
}

/** Scales in double (micro/kernels/add_common.cc), elements by reference/integer_ops/add.h. */
export const add: Operator<Activated> = {
  ...elementwise,
  kind: "ADD",
  restrictions: "either operand may be constant; broadcasting",
  checked: "golden models, reference",
  check: (node) => checkSum(node, factors),
  lower: (node) => lowerSum(node, factors, false),
};
