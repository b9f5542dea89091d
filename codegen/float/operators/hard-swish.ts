import { unary } from "../support/unary.js";

export const hardSwish = unary("HARD_SWISH", () => (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6);
