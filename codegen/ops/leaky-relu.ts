import { requantize } from "../../runtime/requantize.js";
import { INT16 } from "../arithmetic/integer-ranges.js";
import type { Node } from "./node.js";
import { activationReach } from "./support/activations.js";
import { multiplierOf } from "./support/factor.js";
import { clampInt8, lookupOperator } from "./support/lookup.js";
import { lowerRescale } from "./support/rescale.js";

export interface LeakyReluAttributes {
  /** Slope below 0; any sign. */
  readonly alpha: number;
}

/** The factors on both sides of zero, in float32. */
function factors(node: Node<LeakyReluAttributes>) {
  const input = node.perTensor(node.input(0), "the input");
  const output = node.perTensor(node.output(), "the output");
  const { alpha } = node.attributes;
  const above = Math.fround(input.scale / output.scale);
  const below = Math.fround(Math.fround(input.scale * alpha) / output.scale);
  const reach = activationReach(node);
  return {
    input,
    output,
    above: multiplierOf(node, above, reach),
    below: { ...multiplierOf(node, Math.abs(below), reach), isNegative: below < 0 },
  };
}

/** Factors by micro/kernels/leaky_relu_common.cc, elements by reference/leaky_relu.h. */
export const leakyRelu = lookupOperator<LeakyReluAttributes>({
  kind: "LEAKY_RELU",
  restrictions: "",
  checked: "golden models, reference",

  functionOf(node) {
    const { input, output, above, below } = factors(node);
    return (q) => {
      const x = q - input.zeroPoint;
      const { multiplier, shift } = x >= 0 ? above : below;
      const scaled = requantize(x, multiplier, shift);
      return clampInt8((x < 0 && below.isNegative ? -scaled : scaled) + output.zeroPoint);
    };
  },

  lowerWide(node) {
    const { above, below } = factors(node);
    return lowerRescale(node, {
      inputZeroPoint: 0,
      factor: above,
      below,
      outputZeroPoint: 0,
      range: INT16,
    });
  },
});
