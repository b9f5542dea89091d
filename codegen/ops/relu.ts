import { requantize } from "../../runtime/requantize.js";
import type { NoAttributes } from "./operator.js";
import { BYTE_REACH, multiplierOf } from "./support/factor.js";
import { clampInt8, lookupOperator } from "./support/lookup.js";

/** Rescales; the factor is rounded to float32 (micro/kernels/activations_common.cc). */
export const relu = lookupOperator<NoAttributes>({
  kind: "RELU",
  restrictions: "",
  checked: "reference",

  functionOf(node) {
    const input = node.perTensor(node.input(0), "the input");
    const output = node.perTensor(node.output(), "the output");
    const { multiplier, shift } = multiplierOf(node, Math.fround(input.scale / output.scale), BYTE_REACH);
    return (q) => {
      const scaled = requantize(q - input.zeroPoint, multiplier, shift) + output.zeroPoint;
      return clampInt8(Math.max(output.zeroPoint, scaled));
    };
  },
});
