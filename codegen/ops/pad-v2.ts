import { DTYPE_BYTES, elements } from "../graph/graph.js";
import type { NoAttributes, Operator } from "./operator.js";
import { checkPadding, lowerPadding, padding } from "./support/padding.js";

/** PAD with a value of its own around the input (reference/pad.h). */
export const padV2: Operator<NoAttributes> = {
  ...padding,
  kind: "PADV2",
  inputs: [3, 3],
  restrictions: "constant paddings and value; up to 5 dimensions",
  checked: "reference",

  check(node) {
    checkPadding(node);
    const value = node.input(2);
    node.requireType(value, "the value", [node.input(0).dtype]);
    node.constant(2, "the value");
    if (elements(value.shape) !== 1)
      node.refuse("shape", { why: `the value has ${elements(value.shape)} elements, not 1` });
    if (DTYPE_BYTES[value.dtype] === 1)
      node.requireSameQuantization(node.output(), "the output", value, "the value");
  },

  lower(node) {
    const { buffer, byteOffset } = node.constant(2, "the value");
    const view = new DataView(buffer, byteOffset);
    const bytes = DTYPE_BYTES[node.input(2).dtype];
    const value =
      bytes === 1 ? view.getInt8(0) : bytes === 2 ? view.getInt16(0, true) : view.getInt32(0, true);
    return lowerPadding(node, value);
  },
};
