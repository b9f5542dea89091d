import type { Activated } from "../arithmetic/activation.js";
import type { Operator } from "./operator.js";
import { elementwise } from "./support/elementwise.js";
import { checkSum, lowerSum, type SumFactors } from "./support/sum.js";

/** As in ADD, but TFLM rounds each quotient to float32 here: another last bit of the multiplier. */
function factors(scale1: number, scale2: number, outputScale: number, headroom: number): SumFactors {
  const common = Math.fround(2 * Math.max(scale1, scale2));
  return {
    input1: Math.fround(scale1 / common),
    input2: Math.fround(scale2 / common),
    output: Math.fround(common / Math.fround(2 ** headroom * outputScale)),
  };
}

/** Scales in float32 (micro/kernels/sub_common.cc), elements by reference/sub.h. */
export const sub: Operator<Activated> = {
  ...elementwise,
  kind: "SUB",
  restrictions: "either operand may be constant; broadcasting",
  checked: "golden models, reference",
  check: (node) => checkSum(node, factors),
  lower: (node) => lowerSum(node, factors, true),
};
