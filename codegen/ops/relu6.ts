import { roundAway } from "../arithmetic/activation.js";
import type { NoAttributes } from "./operator.js";
import { clampInt8, lookupOperator } from "./support/lookup.js";

/** Clamps at the input's 0 and 6, and does not rescale whatever the output's scale (micro/kernels/activations.cc). */
export const relu6 = lookupOperator<NoAttributes>({
  kind: "RELU6",
  restrictions: "the output is taken to have the input's scale",
  checked: "reference",

  functionOf(node) {
    const { scale, zeroPoint } = node.perTensor(node.input(0), "the input");
    const six = clampInt8(roundAway(Math.fround(6 / scale)) + zeroPoint);
    return (q) => Math.min(six, Math.max(zeroPoint, q));
  },
});
