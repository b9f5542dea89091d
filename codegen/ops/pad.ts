import type { NoAttributes, Operator } from "./operator.js";
import { checkPadding, lowerPadding, padding } from "./support/padding.js";

/** The input with real zeros around it (reference/pad.h). */
export const pad: Operator<NoAttributes> = {
  ...padding,
  kind: "PAD",
  inputs: [2, 2],
  restrictions: "constant paddings; up to 5 dimensions",
  checked: "golden models, reference",

  check(node) {
    checkPadding(node);
    if (node.output().dtype === "int8") node.perTensor(node.output(), "the output");
  },

  /** Real zero: the zero point of an int8 output, and plain zero in other types (micro/kernels/pad.cc). */
  lower(node) {
    const output = node.output();
    return lowerPadding(node, output.dtype === "int8" ? node.perTensor(output, "the output").zeroPoint : 0);
  },
};
