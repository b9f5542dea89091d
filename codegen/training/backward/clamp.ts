import { type ClampGradientStep, clampGradient } from "../../../runtime/training/clamp-gradient.js";
import { type Activation, activationRange } from "../../arithmetic/activation.js";
import { elements } from "../../graph/graph.js";
import { activationSteps } from "../cost.js";
import { type BackwardContext, type PlannedStep, step } from "./backward.js";

/** Beyond every int8: RELU has no upper bound, though numbers end. */
const ABOVE = 128;

/** The step through a fused activation; none without one. It changes the output's gradient in place. */
export function clampSteps(context: BackwardContext, activation: Activation): PlannedStep[] {
  if (activation === "NONE") return [];
  const { node } = context;
  const { min, max } = activationRange(activation, node.perTensor(node.output(), "the output"));
  const length = elements(node.output().shape);
  return [
    step<ClampGradientStep>(
      context,
      {
        module: "training/clamp-gradient",
        kernel: clampGradient,
        stepType: "ClampGradientStep",
        instructions: activationSteps(length),
      },
      {
        ...context.gradientOf(node.outputId())!,
        output: context.offsetOf(node.outputId()),
        length,
        low: min,
        high: activation === "RELU" ? ABOVE : max,
      },
    ),
  ];
}
