import type { LeakyReluAttributes } from "../../../../ops/leaky-relu.js";
import { unary } from "../support/unary.js";

export const leakyRelu = unary<LeakyReluAttributes>("LEAKY_RELU", ({ attributes: { alpha } }) => ({
  value: (x) => (x < 0 ? x * alpha : x),
  slope: (x) => (x < 0 ? alpha : 1),
}));
