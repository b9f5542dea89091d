import { unary } from "../support/unary.js";

export const logistic = unary("LOGISTIC", () => (x) => 1 / (1 + Math.exp(-x)));
