import { unary } from "../support/unary.js";

export const tanh = unary("TANH", () => Math.tanh);
