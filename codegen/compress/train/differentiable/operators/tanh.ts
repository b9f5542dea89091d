import { unary } from "../support/unary.js";

export const tanh = unary("TANH", () => ({
  value: Math.tanh,
  slope: (x) => 1 - Math.tanh(x) ** 2,
}));
