import {
  multiplyHigh16,
  multiplyHighTruncating16,
  q15,
  roundingShiftRight16,
  saturatingShiftLeft16,
} from "../arithmetic/int16.js";
import { quantizeMultiplier } from "../arithmetic/multiplier.js";
import type { Node } from "./node.js";
import type { NoAttributes } from "./operator.js";
import { clampInt8, lookupOperator } from "./support/lookup.js";

/** Bits by which inputs are scaled up: 9 bits with sign become 16. */
const HEADROOM = 7;

/** The real 3 is 2^15 where x is scaled to be clamped between −3 and 3. */
const RELUISH_SCALE = Math.fround(3 / 32768);

function multipliers(node: Node) {
  const input = node.perTensor(node.input(0), "the input");
  const output = node.perTensor(node.output(), "the output");
  const fine = Math.fround(input.scale / 2 ** HEADROOM);
  const toOutput = Math.fround(fine / output.scale);
  const toReluish = Math.fround(fine / RELUISH_SCALE);
  if (!Number.isFinite(toOutput)) node.refuse("multiplier-range", { value: toOutput });
  const outputFactor = quantizeMultiplier(toOutput);
  const reluishFactor = quantizeMultiplier(toReluish);
  if (outputFactor.shift > 0) node.refuse("multiplier-range", { value: toOutput });
  if (reluishFactor.shift > 31) node.refuse("multiplier-range", { value: toReluish });
  return { outputFactor, reluishFactor };
}

/** x · clamp(x + 3, 0, 6) / 6 in int16: micro/kernels/hard_swish_common.cc and reference/hard_swish.h. */
export const hardSwish = lookupOperator<NoAttributes>({
  kind: "HARD_SWISH",
  restrictions: "",
  checked: "reference",

  functionOf(node) {
    const { outputFactor, reluishFactor } = multipliers(node);
    const { zeroPoint } = node.perTensor(node.input(0), "the input");
    const output = node.perTensor(node.output(), "the output");
    return (q) => {
      const fine = (q - zeroPoint) << HEADROOM;
      const unshifted = multiplyHigh16(fine, q15(outputFactor.multiplier));
      const gate = gateOf(fine, q15(reluishFactor.multiplier), reluishFactor.shift);
      const product = multiplyHighTruncating16(unshifted, gate);
      return clampInt8(roundingShiftRight16(product, -outputFactor.shift) + output.zeroPoint);
    };
  },
});

/** clamp(x + 3, 0, 6) / 6 in Q0.15. A left shift saturates, its last bit after the multiplication. */
function gateOf(fine: number, multiplier: number, shift: number): number {
  let x = shift > 0 ? saturatingShiftLeft16(fine, shift - 1) : fine;
  x = multiplyHigh16(x, multiplier);
  if (shift > 0) x = saturatingShiftLeft16(x, 1);
  if (shift < 0) x = roundingShiftRight16(x, -shift);
  return (x + (1 << 15)) >> 1;
}
