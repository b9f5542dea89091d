/** Every operator that gradients flow through, listed once. */
import type { Op } from "../../../graph/op.js";
import type { DifferentiableOperator } from "./operator.js";
import { add } from "./operators/add.js";
import { averagePool2d } from "./operators/average-pool2d.js";
import { conv2d } from "./operators/conv2d.js";
import { depthwiseConv2d } from "./operators/depthwise-conv2d.js";
import { div } from "./operators/div.js";
import { fullyConnected } from "./operators/fully-connected.js";
import { hardSwish } from "./operators/hard-swish.js";
import { leakyRelu } from "./operators/leaky-relu.js";
import { logistic } from "./operators/logistic.js";
import { maxPool2d } from "./operators/max-pool2d.js";
import { maximum } from "./operators/maximum.js";
import { mean } from "./operators/mean.js";
import { minimum } from "./operators/minimum.js";
import { movements } from "./operators/movement.js";
import { mul } from "./operators/mul.js";
import { relu } from "./operators/relu.js";
import { relu6 } from "./operators/relu6.js";
import { softmax } from "./operators/softmax.js";
import { sub } from "./operators/sub.js";
import { tanh } from "./operators/tanh.js";
import { transposeConv } from "./operators/transpose-conv.js";

const differentiableOperators = new Map(
  [
    add,
    averagePool2d,
    conv2d,
    depthwiseConv2d,
    div,
    fullyConnected,
    hardSwish,
    leakyRelu,
    logistic,
    maxPool2d,
    maximum,
    mean,
    minimum,
    ...movements,
    mul,
    relu,
    relu6,
    softmax,
    sub,
    tanh,
    transposeConv,
  ].map((operator) => [operator.kind, operator as DifferentiableOperator]),
);

/** The differentiable form of an operator; undefined where it has none. */
export function differentiableOperatorOf(op: Op): DifferentiableOperator | undefined {
  return differentiableOperators.get(op.kind);
}
