import { unary } from "../support/unary.js";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

export const logistic = unary("LOGISTIC", () => ({
  value: sigmoid,
  slope: (x) => sigmoid(x) * sigmoid(-x),
}));
