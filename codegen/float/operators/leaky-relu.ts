import type { LeakyReluAttributes } from "../../ops/leaky-relu.js";
import { unary } from "../support/unary.js";

export const leakyRelu = unary<LeakyReluAttributes>("LEAKY_RELU", ({ attributes }) => {
  const { alpha } = attributes;
  return (x) => (x < 0 ? x * alpha : x);
});
