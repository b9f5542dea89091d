import { unary } from "../support/unary.js";

export const hardSwish = unary("HARD_SWISH", () => ({
  value: (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6,
  slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
}));
