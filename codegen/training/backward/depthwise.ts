import { type BiasesGradientStep, biasesGradient } from "../../../runtime/training/biases-gradient.js";
import {
  type DepthwiseInputGradientStep,
  type DepthwiseWeightsGradientStep,
  depthwiseInputGradient,
  depthwiseWeightsGradient,
} from "../../../runtime/training/depthwise-gradient.js";
import { elements } from "../../graph/graph.js";
import type { DepthwiseConv2dAttributes } from "../../ops/depthwise-conv2d.js";
import type { Node } from "../../ops/node.js";
import { windowConstants } from "../../ops/support/window.js";
import { opPlace, refuse } from "../../problems/problem.js";
import { biasesCost, depthwiseCost, settleCost } from "../cost.js";
import { planBiases, planWeights } from "../trained.js";
import { type BackwardContext, type BackwardRule, type PlannedStep, step } from "./backward.js";
import { clampSteps } from "./clamp.js";
import { inputOf, keptOfWeighted } from "./kept.js";
import { weightScales } from "./scales.js";

/** DEPTHWISE_CONV_2D: all weights are one row, for lanes of one channel are not side by side. */
export const depthwise: BackwardRule = {
  kept: keptOfWeighted,
  steps: (context) => [
    ...clampSteps(context, (context.node.attributes as DepthwiseConv2dAttributes).activation),
    ...trainedSteps(context),
    ...inputSteps(context),
  ],
};

function window(node: Node) {
  const [, filterHeight, filterWidth] = node.input(1).shape;
  const { dilationHeight, dilationWidth, depthMultiplier } = node.attributes as DepthwiseConv2dAttributes;
  const constants = windowConstants(node as Node<DepthwiseConv2dAttributes>, filterHeight, filterWidth);
  return { ...constants, dilationHeight, dilationWidth, depthMultiplier };
}

function trainedSteps(context: BackwardContext): PlannedStep[] {
  const { node, trained } = context;
  if (!trained) return [];
  if (trained.channels) refuse("train-depthwise-channels", {}, opPlace(node.op));
  const geometry = window(node);
  const { positions, outputDepth } = geometry;
  const columns = elements(node.input(1).shape);
  const taps = columns / outputDepth;
  const place = context.gradientOf(node.outputId())!;
  const rows = { firstRow: 0, rows: outputDepth };
  const steps: PlannedStep[] = [];
  if (!trained.biasOnly) {
    const { velocity, factors, limit } = planWeights(context, {
      ...rows,
      columns: taps,
      positions,
      isOneRow: true,
    });
    steps.push(
      step<DepthwiseWeightsGradientStep>(
        context,
        {
          module: "training/depthwise-gradient",
          kernel: depthwiseWeightsGradient,
          stepType: "DepthwiseWeightsGradientStep",
          instructions: depthwiseCost(positions, outputDepth, taps),
          words: columns,
          lanes: columns,
        },
        { ...place, ...geometry, ...inputOf(context), columns, velocity, factors, limit },
      ),
    );
  }
  steps.push(
    step<BiasesGradientStep>(
      context,
      {
        module: "training/biases-gradient",
        kernel: biasesGradient,
        stepType: "BiasesGradientStep",
        instructions: biasesCost(positions, outputDepth),
      },
      { ...place, ...rows, positions, outputDepth, ...planBiases(context, { ...rows, columns: taps }) },
    ),
  );
  return steps;
}

function inputSteps(context: BackwardContext): PlannedStep[] {
  const { node, layer, trained } = context;
  if (!context.gradientOf(node.inputId(0))) return [];
  const geometry = window(node);
  const { positions, outputDepth, filterHeight, filterWidth, depthMultiplier } = geometry;
  const target = context.targetOf(node.inputId(0));
  return [
    step<DepthwiseInputGradientStep>(
      context,
      {
        module: "training/depthwise-gradient",
        kernel: depthwiseInputGradient,
        stepType: "DepthwiseInputGradientStep",
        instructions:
          depthwiseCost(positions, outputDepth, filterHeight * filterWidth) + settleCost(target.toLength),
        words: target.toLength,
      },
      {
        ...context.gradientOf(node.outputId())!,
        ...geometry,
        ...inputOf(context),
        ...target,
        weights: layer.weights as number,
        isHot: trained !== undefined,
        ...weightScales(context, outputDepth, depthMultiplier * filterHeight * filterWidth),
      },
    ),
  ];
}
