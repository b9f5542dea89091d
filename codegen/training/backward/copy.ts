/** What hands gradients on as they are where it does not clamp: ADD, RELU, RELU6. */
import { type CopyGradientStep, copyGradient } from "../../../runtime/training/copy-gradient.js";
import type { Activated, Activation } from "../../arithmetic/activation.js";
import { elements, type TensorId } from "../../graph/graph.js";
import { opPlace, refuse } from "../../problems/problem.js";
import { settleCost } from "../cost.js";
import { type BackwardContext, type BackwardRule, type PlannedStep, step } from "./backward.js";
import { clampSteps } from "./clamp.js";
import { requireInt8 } from "./kept.js";

/** Hands the output's gradient on to one input, where that needs any. */
export function copySteps(context: BackwardContext, input: TensorId): PlannedStep[] {
  const { node } = context;
  if (!context.gradientOf(input)) return [];
  const target = context.targetOf(input);
  return [
    step<CopyGradientStep>(
      context,
      {
        module: "training/copy-gradient",
        kernel: copyGradient,
        stepType: "CopyGradientStep",
        instructions: 2 * settleCost(target.toLength),
        words: target.toLength,
      },
      { ...context.gradientOf(node.outputId())!, ...target },
    ),
  ];
}

/** Both operands have the output's shape. */
export const add: BackwardRule = {
  kept(graph, index) {
    requireInt8(graph, index);
    const op = graph.ops[index];
    const length = elements(graph.tensors[op.outputs[0]].shape);
    if (op.inputs.some((id) => elements(graph.tensors[id!].shape) !== length))
      refuse("train-broadcast", {}, opPlace(op));
    return (op.attributes as Activated).activation === "NONE" ? [] : [op.outputs[0]];
  },
  steps: (context) => [
    ...clampSteps(context, (context.node.attributes as Activated).activation),
    ...context.node.op.inputs.flatMap((id) => copySteps(context, id!)),
  ],
};

/** A RELU or RELU6 of its own. */
export function activation(name: Activation): BackwardRule {
  return {
    kept(graph, index) {
      requireInt8(graph, index);
      return [graph.ops[index].outputs[0]];
    },
    steps: (context) => [...clampSteps(context, name), ...copySteps(context, context.node.inputId(0))],
  };
}
