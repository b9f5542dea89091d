import { type ExtremumLayer, minimum as minimumKernel } from "../../runtime/extremum.js";
import { kernel, type NoAttributes, type Operator } from "./operator.js";
import { checkElementwise, EXTREMUM_WORK, elementwise, elementwiseWalk } from "./support/elementwise.js";

/** Compares quantized values as they are, whatever the scales (reference/maximum_minimum.h). */
export const minimum: Operator<NoAttributes> = {
  ...elementwise,
  kind: "MINIMUM",
  restrictions: "either operand may be constant; broadcasting; scales are taken to be the same",
  checked: "reference",
  check: checkElementwise,

  lower(node) {
    const { steps, constants } = elementwiseWalk(node, EXTREMUM_WORK);
    return kernel<ExtremumLayer>(
      { module: "extremum", kernel: minimumKernel, layerType: "ExtremumLayer", ...steps },
      constants,
    );
  },
};
