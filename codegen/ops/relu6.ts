import { roundAway } from "../arithmetic/activation.js";
import { INT16 } from "../arithmetic/integer-ranges.js";
import { quantizeMultiplier } from "../arithmetic/multiplier.js";
import type { NoAttributes } from "./operator.js";
import { rescaleFloat8 } from "./support/float8-elements.js";
import { clampInt8, lookupOperator } from "./support/lookup.js";
import { lowerRescale } from "./support/rescale.js";

/** Clamps at the input's 0 and 6, and does not rescale whatever the output's scale (micro/kernels/activations.cc). */
export const relu6 = lookupOperator<NoAttributes>({
  kind: "RELU6",
  restrictions: "the output is taken to have the input's scale",
  checked: "reference",
  float8: (node) => rescaleFloat8(node, "RELU6"),

  functionOf(node) {
    const { scale, zeroPoint } = node.perTensor(node.input(0), "the input");
    const six = clampInt8(roundAway(Math.fround(6 / scale)) + zeroPoint);
    return (q) => Math.min(six, Math.max(zeroPoint, q));
  },

  lowerWide(node) {
    const { scale } = node.perTensor(node.input(0), "the input");
    const six = Math.min(INT16.max, roundAway(Math.fround(6 / scale)));
    return lowerRescale(node, {
      inputZeroPoint: 0,
      factor: quantizeMultiplier(1),
      outputZeroPoint: 0,
      range: { min: 0, max: six },
    });
  },
});
