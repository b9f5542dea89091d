import { type ExtremumLayer, maximum as maximumKernel } from "../../runtime/extremum.js";
import { kernel, type NoAttributes, type Operator } from "./operator.js";
import { checkElementwise, EXTREMUM_WORK, elementwise, elementwiseWalk } from "./support/elementwise.js";

/** Compares quantized values as they are, whatever the scales (reference/maximum_minimum.h). */
export const maximum: Operator<NoAttributes> = {
  ...elementwise,
  kind: "MAXIMUM",
  restrictions: "either operand may be constant; broadcasting; scales are taken to be the same",
  checked: "reference",
  check: checkElementwise,

  lower(node) {
    const { steps, constants } = elementwiseWalk(node, EXTREMUM_WORK);
    return kernel<ExtremumLayer>(
      { module: "extremum", kernel: maximumKernel, layerType: "ExtremumLayer", ...steps },
      constants,
    );
  },
};
