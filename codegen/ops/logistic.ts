import { roundingShiftRight } from "../../runtime/requantize.js";
import { logistic16 } from "../../runtime/sigmoid-layer.js";
import { logistic as logisticOf } from "../arithmetic/fixed-point.js";
import type { NoAttributes } from "./operator.js";
import { requireFixedOutput } from "./support/fixed-output.js";
import { clampInt8, lookupOperator } from "./support/lookup.js";
import { saturating } from "./support/saturating.js";
import { lowerSigmoid } from "./support/sigmoid.js";

/** micro/kernels/logistic_common.cc and reference/integer_ops/logistic.h. */
export const logistic = lookupOperator<NoAttributes>({
  kind: "LOGISTIC",
  restrictions: "output scale 1/256, zero point −128, in int16 1/32768, 0",
  checked: "golden models, reference",

  functionOf(node) {
    requireFixedOutput(node, 1 / 256, -128);
    return saturating(node, (x) => clampInt8(roundingShiftRight(logisticOf(x), 31 - 8) - 128));
  },

  lowerWide: (node) => lowerSigmoid(node, logistic16, 0),
});
