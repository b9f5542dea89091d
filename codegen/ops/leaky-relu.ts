import { requantize } from "../../runtime/requantize.js";
import { BYTE_REACH, multiplierOf } from "./support/factor.js";
import { clampInt8, lookupOperator } from "./support/lookup.js";

export interface LeakyReluAttributes {
  /** Slope below 0; any sign. */
  readonly alpha: number;
}

/** Factors in float32 (micro/kernels/leaky_relu_common.cc), elements by reference/leaky_relu.h. */
export const leakyRelu = lookupOperator<LeakyReluAttributes>({
  kind: "LEAKY_RELU",
  restrictions: "",
  checked: "reference",

  functionOf(node) {
    const input = node.perTensor(node.input(0), "the input");
    const output = node.perTensor(node.output(), "the output");
    const { alpha } = node.attributes;
    const above = Math.fround(input.scale / output.scale);
    const below = Math.fround(Math.fround(input.scale * alpha) / output.scale);
    const positive = multiplierOf(node, above, BYTE_REACH);
    const negative = multiplierOf(node, Math.abs(below), BYTE_REACH);
    return (q) => {
      const x = q - input.zeroPoint;
      const { multiplier, shift } = x >= 0 ? positive : negative;
      const scaled = requantize(x, multiplier, shift);
      return clampInt8((x < 0 && below < 0 ? -scaled : scaled) + output.zeroPoint);
    };
  },
});
