/** CONV_2D and FULLY_CONNECTED: a dense layer is a convolution over images of one position. */
import { type BiasesGradientStep, biasesGradient } from "../../../runtime/training/biases-gradient.js";
import {
  type WindowInputGradientStep,
  windowInputGradient,
} from "../../../runtime/training/input-gradient.js";
import { type WeightsGradientStep, weightsGradient } from "../../../runtime/training/weights-gradient.js";
import type { Activated } from "../../arithmetic/activation.js";
import { elements } from "../../graph/graph.js";
import type { Conv2dAttributes } from "../../ops/conv2d.js";
import type { Node } from "../../ops/node.js";
import { windowConstants } from "../../ops/support/window.js";
import { biasesCost, inputGradientCost, weightsCost } from "../cost.js";
import { lanesOf, planBiases, planWeights, rowsOf } from "../trained.js";
import { type BackwardContext, type BackwardRule, type PlannedStep, step } from "./backward.js";
import { clampSteps } from "./clamp.js";
import { inputOf, keptOfWeighted } from "./kept.js";
import { weightScales } from "./scales.js";

/** A dense layer's window. */
function onePosition(node: Node) {
  const [outputDepth, inputDepth] = node.input(1).shape;
  const positions = elements(node.output().shape) / outputDepth;
  const one = {
    inputHeight: 1,
    inputWidth: 1,
    filterHeight: 1,
    filterWidth: 1,
    strideHeight: 1,
    strideWidth: 1,
    padTop: 0,
    padLeft: 0,
    outputHeight: 1,
    outputWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
  };
  return { ...one, inputDepth, outputDepth, positions };
}

/** A convolution's window. */
function window(node: Node) {
  const [, filterHeight, filterWidth] = node.input(1).shape;
  const { dilationHeight, dilationWidth } = node.attributes as Conv2dAttributes;
  return {
    ...windowConstants(node as Node<Conv2dAttributes>, filterHeight, filterWidth),
    dilationHeight,
    dilationWidth,
  };
}

type WindowOf = (node: Node) => ReturnType<typeof window>;

function weighted(windowOf: WindowOf): BackwardRule {
  return {
    kept: keptOfWeighted,
    steps: (context) => [
      ...clampSteps(context, (context.node.attributes as Activated).activation),
      ...trainedSteps(context, windowOf),
      ...inputSteps(context, windowOf),
    ],
  };
}

export const convolution = weighted(window);
export const dense = weighted(onePosition);

/** Filters have an output channel each: a row of lanes. */
function trainedSteps(context: BackwardContext, windowOf: WindowOf): PlannedStep[] {
  const { node, trained } = context;
  if (!trained) return [];
  const geometry = windowOf(node);
  const { positions, outputDepth } = geometry;
  const columns = elements(node.input(1).shape.slice(1));
  const { firstRow, rows } = rowsOf(context, outputDepth);
  const place = { ...context.gradientOf(node.outputId())!, firstRow, rows };
  const steps: PlannedStep[] = [];
  if (!trained.biasOnly) {
    const { velocity, factors, limit, lanes } = planWeights(context, { firstRow, rows, columns, positions });
    steps.push(
      step<WeightsGradientStep>(
        context,
        {
          module: "training/weights-gradient",
          kernel: weightsGradient,
          stepType: "WeightsGradientStep",
          instructions: weightsCost(positions, rows, columns, lanes),
          words: columns + rows,
          lanes,
        },
        { ...place, ...geometry, ...inputOf(context), columns, lanes, velocity, factors, limit },
      ),
    );
  }
  const { velocity, factors, limit } = planBiases(context, { firstRow, rows, columns });
  steps.push(
    step<BiasesGradientStep>(
      context,
      {
        module: "training/biases-gradient",
        kernel: biasesGradient,
        stepType: "BiasesGradientStep",
        instructions: biasesCost(positions, rows),
      },
      { ...place, positions, outputDepth, velocity, factors, limit },
    ),
  );
  return steps;
}

/** The gradient of the input, where something before it is trained. */
function inputSteps(context: BackwardContext, windowOf: WindowOf): PlannedStep[] {
  const { node, layer, trained } = context;
  if (!context.gradientOf(node.inputId(0))) return [];
  const geometry = windowOf(node);
  const { positions, outputDepth } = geometry;
  const columns = elements(node.input(1).shape.slice(1));
  const overlaps = geometry.filterHeight * geometry.filterWidth;
  const lanes = lanesOf(columns);
  const target = context.targetOf(node.inputId(0));
  return [
    step<WindowInputGradientStep>(
      context,
      {
        module: "training/input-gradient",
        kernel: windowInputGradient,
        stepType: "WindowInputGradientStep",
        instructions: inputGradientCost(positions, outputDepth, columns, lanes, target.toLength),
        words: target.toLength + lanes,
        lanes,
      },
      {
        ...context.gradientOf(node.outputId())!,
        ...geometry,
        ...inputOf(context),
        ...target,
        columns,
        lanes,
        weights: layer.weights as number,
        isHot: trained !== undefined,
        ...weightScales(context, outputDepth, outputDepth * overlaps),
      },
    ),
  ];
}
