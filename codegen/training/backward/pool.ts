/** Pools, and means over whole images. */
import {
  averageGradient,
  maximumGradient,
  type PoolGradientStep,
} from "../../../runtime/training/pool-gradient.js";
import type { Graph } from "../../graph/graph.js";
import { axes } from "../../ops/mean.js";
import { Node } from "../../ops/node.js";
import type { PoolAttributes } from "../../ops/support/pool.js";
import { windowConstants } from "../../ops/support/window.js";
import { opPlace, refuse } from "../../problems/problem.js";
import { poolCost } from "../cost.js";
import { type BackwardContext, type BackwardRule, type PlannedStep, step } from "./backward.js";
import { clampSteps } from "./clamp.js";
import { inputOf, requireInt8 } from "./kept.js";

type Geometry = ReturnType<typeof windowConstants>;

function poolSteps(
  context: BackwardContext,
  kernel: typeof averageGradient,
  geometry: Geometry,
): PlannedStep[] {
  const { node } = context;
  if (!context.gradientOf(node.inputId(0))) return [];
  const target = context.targetOf(node.inputId(0));
  const { positions, outputDepth, filterHeight, filterWidth } = geometry;
  return [
    step<PoolGradientStep>(
      context,
      {
        module: "training/pool-gradient",
        kernel,
        stepType: "PoolGradientStep",
        instructions: poolCost(positions, outputDepth, filterHeight * filterWidth, target.toLength),
        words: target.toLength,
      },
      {
        ...context.gradientOf(node.outputId())!,
        ...geometry,
        ...inputOf(context),
        ...target,
        dilationHeight: 1,
        dilationWidth: 1,
      },
    ),
  ];
}

function pool(kernel: typeof averageGradient): BackwardRule {
  const looksAtInput = kernel === maximumGradient;
  return {
    kept(graph, index) {
      requireInt8(graph, index);
      const { inputs, outputs, attributes } = graph.ops[index];
      const { activation } = attributes as PoolAttributes;
      return [...(looksAtInput ? [inputs[0]!] : []), ...(activation === "NONE" ? [] : [outputs[0]])];
    },
    steps(context) {
      const node = context.node as Node<PoolAttributes>;
      const { filterHeight, filterWidth, activation } = node.attributes;
      return [
        ...clampSteps(context, activation),
        ...poolSteps(context, kernel, windowConstants(node, filterHeight, filterWidth)),
      ];
    },
  };
}

export const averagePool = pool(averageGradient);
export const maximumPool = pool(maximumGradient);

/** MEAN over rows and columns of images. */
export const mean: BackwardRule = {
  kept(graph: Graph, index: number) {
    requireInt8(graph, index);
    const node = new Node(graph, graph.ops[index]);
    const over = axes(node);
    if (node.input(0).shape.length !== 4 || over.size !== 2 || !over.has(1) || !over.has(2))
      refuse("train-mean", {}, opPlace(node.op));
    return [];
  },
  steps(context) {
    const [positions, inputHeight, inputWidth, depth] = context.node.input(0).shape;
    const whole = { inputHeight, inputWidth, filterHeight: inputHeight, filterWidth: inputWidth };
    return poolSteps(context, averageGradient, {
      ...whole,
      inputDepth: depth,
      outputDepth: depth,
      positions,
      outputHeight: 1,
      outputWidth: 1,
      strideHeight: 1,
      strideWidth: 1,
      padTop: 0,
      padLeft: 0,
    });
  },
};
