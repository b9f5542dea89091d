import { roundingShiftRight } from "../../runtime/requantize.js";
import { tanh16 } from "../../runtime/sigmoid-layer.js";
import { tanh as tanhOf } from "../arithmetic/fixed-point.js";
import type { NoAttributes } from "./operator.js";
import { requireFixedOutput } from "./support/fixed-output.js";
import { clampInt8, lookupOperator } from "./support/lookup.js";
import { saturating } from "./support/saturating.js";
import { lowerSigmoid } from "./support/sigmoid.js";

/** micro/kernels/tanh.cc and reference/integer_ops/tanh.h. */
export const tanh = lookupOperator<NoAttributes>({
  kind: "TANH",
  restrictions: "output scale 1/128, zero point 0, in int16 1/32768",
  checked: "reference",

  functionOf(node) {
    requireFixedOutput(node, 1 / 128, 0);
    return saturating(node, (x) => clampInt8(roundingShiftRight(tanhOf(x), 31 - 7)));
  },

  lowerWide: (node) => lowerSigmoid(node, tanh16, 1),
});
