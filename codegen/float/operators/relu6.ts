import { unary } from "../support/unary.js";

export const relu6 = unary("RELU6", () => (x) => Math.min(6, Math.max(0, x)));
