import type { DifferentiableOperator } from "../operator.js";
import { activated } from "../support/activation.js";

export const relu: DifferentiableOperator = {
  kind: "RELU",
  prepare:
    () =>
    ([x]) => [activated(x!, "RELU")],
};
