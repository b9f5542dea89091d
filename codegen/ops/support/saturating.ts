/** What LOGISTIC and TANH share: a function of Q4.27 between two ends where it is constant. */
import { requantize } from "../../../runtime/requantize.js";
import { inputRadius } from "../../arithmetic/fixed-point.js";
import { quantizeMultiplier } from "../../arithmetic/multiplier.js";
import type { Node } from "../node.js";
import type { ByteFunction } from "./lookup.js";

const INTEGER_BITS = 4;

/**
 * Inputs scaled to Q4.27 go through `f`; those beyond its range give −128 and 127 (CalculateInputRadius and the loops of
 * reference/integer_ops/logistic.h and tanh.h).
 *
 * @param f Q4.27 to a quantized output
 */
export function saturating(node: Node, f: (q27: number) => number): ByteFunction {
  const { scale, zeroPoint } = node.perTensor(node.input(0), "the input");
  const factor = scale * 2 ** (31 - INTEGER_BITS);
  if (factor < 0.5) node.refuse("multiplier-range", { value: factor }); // TFLM would shift by a negative number
  const { multiplier, shift } = quantizeMultiplier(factor);
  const radius = inputRadius(INTEGER_BITS, shift);
  return (q) => {
    const input = q - zeroPoint;
    if (input <= -radius) return -128;
    if (input >= radius) return 127;
    return f(requantize(input, multiplier, shift));
  };
}
