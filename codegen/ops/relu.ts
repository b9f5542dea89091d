import { requantize } from "../../runtime/requantize.js";
import { INT16 } from "../arithmetic/integer-ranges.js";
import type { Node } from "./node.js";
import type { NoAttributes } from "./operator.js";
import { activationReach } from "./support/activations.js";
import { multiplierOf } from "./support/factor.js";
import { rescaleFloat8 } from "./support/float8-elements.js";
import { clampInt8, lookupOperator } from "./support/lookup.js";
import { lowerRescale } from "./support/rescale.js";

/** The factor is rounded to float32. */
function factor(node: Node) {
  const input = node.perTensor(node.input(0), "the input");
  const output = node.perTensor(node.output(), "the output");
  const multiplier = multiplierOf(node, Math.fround(input.scale / output.scale), activationReach(node));
  return { input, output, multiplier };
}

/** Rescales (micro/kernels/activations_common.cc). */
export const relu = lookupOperator<NoAttributes>({
  kind: "RELU",
  restrictions: "",
  checked: "reference",
  float8: (node) => rescaleFloat8(node, "RELU"),

  functionOf(node) {
    const { input, output, multiplier } = factor(node);
    return (q) => {
      const scaled = requantize(q - input.zeroPoint, multiplier.multiplier, multiplier.shift);
      return clampInt8(Math.max(output.zeroPoint, scaled + output.zeroPoint));
    };
  },

  lowerWide: (node) =>
    lowerRescale(node, {
      inputZeroPoint: 0,
      factor: factor(node).multiplier,
      outputZeroPoint: 0,
      range: { min: 0, max: INT16.max },
    }),
});
