import { mul, softmax as softmaxOf } from "@tensorflow/tfjs-core";
import type { SoftmaxAttributes } from "../../../../ops/softmax.js";
import type { DifferentiableOperator } from "../operator.js";

/** Along the last dimension. */
export const softmax: DifferentiableOperator<SoftmaxAttributes> = {
  kind: "SOFTMAX",
  prepare:
    ({ attributes: { beta } }) =>
    ([x]) => [softmaxOf(beta === 1 ? x! : mul(x!, beta))],
};
