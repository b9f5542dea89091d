import { unary } from "../support/unary.js";

export const relu = unary("RELU", () => (x) => Math.max(0, x));
