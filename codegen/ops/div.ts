import type { Activated } from "../arithmetic/activation.js";
import type { Operator } from "./operator.js";
import { elementwise } from "./support/elementwise.js";

/**
 * A quotient has no bound that a scale could follow, so that nothing is gained by it in int8: float models have it, their
 * divisions by constants become MUL, and others are not quantized.
 */
export const div: Operator<Activated> = {
  ...elementwise,
  kind: "DIV",
  types: "float32",
  restrictions: "not compiled; in float models, where a division by a constant becomes MUL",
  checked: "ONNX Runtime",
  check: (node) => node.refuse("operator-not-supported", { operator: "DIV" }),
  lower: (node) => node.refuse("operator-not-supported", { operator: "DIV" }),
};
