import type { DifferentiableOperator } from "../operator.js";
import { activated } from "../support/activation.js";

export const relu6: DifferentiableOperator = {
  kind: "RELU6",
  prepare:
    () =>
    ([x]) => [activated(x!, "RELU6")],
};
