import { type MulLayer, mul16, mul as mulKernel } from "../../runtime/mul.js";
import { type Activated, activationRange } from "../arithmetic/activation.js";
import type { Node } from "./node.js";
import { kernel, type Operator } from "./operator.js";
import { activationLimits, activationReach, isWide } from "./support/activations.js";
import {
  checkElementwise,
  elementwise,
  elementwiseQuantization,
  elementwiseWalk,
} from "./support/elementwise.js";
import { multiplierOf } from "./support/factor.js";

/** One fixed-point scaling an element. */
const WORK = 4;

function multiplier(node: Node) {
  const { input1, input2, output } = elementwiseQuantization(node);
  return multiplierOf(node, (input1.scale * input2.scale) / output.scale, activationReach(node) ** 2);
}

/** The scale in double (micro/kernels/mul_common.cc), elements by reference/integer_ops/mul.h. */
export const mul: Operator<Activated> = {
  ...elementwise,
  kind: "MUL",
  restrictions: "either operand may be constant; broadcasting",
  checked: "reference",

  check(node) {
    checkElementwise(node);
    multiplier(node);
  },

  lower(node) {
    const { input1, input2, output } = elementwiseQuantization(node);
    const { steps, constants } = elementwiseWalk(node, WORK);
    return kernel<MulLayer>(
      { module: "mul", kernel: isWide(node) ? mul16 : mulKernel, layerType: "MulLayer", ...steps },
      {
        ...constants,
        offset1: -input1.zeroPoint,
        offset2: -input2.zeroPoint,
        ...multiplier(node),
        outputZeroPoint: output.zeroPoint,
        ...activationRange(node.attributes.activation, output, activationLimits(node)),
      },
    );
  },
};
