import {
  type Conv2d16Layer,
  type Conv2dLayer,
  conv2d16,
  conv2d16x16,
  conv2d as conv2dKernel,
} from "../../runtime/conv2d.js";
import type { Activation } from "../arithmetic/activation.js";
import { FLOAT8_TYPES } from "../arithmetic/float8.js";
import { elements } from "../graph/graph.js";
import type { Node } from "./node.js";
import { kernel, type Operator, tensor } from "./operator.js";
import { ACTIVATION_TYPES_TEXT, activationBytes, isWide } from "./support/activations.js";
import { checkFloat8Sum, hasFloat8Weights, lowerFloat8Sum } from "./support/float8-sum.js";
import {
  checkScaledSum,
  hasWideWeights,
  scaledSumConstants,
  type Weights,
  wideSumConstants,
} from "./support/scaled-sum.js";
import { cut } from "./support/tiles.js";
import { checkWindow, type Window, windowConstants, windowShape } from "./support/window.js";

export interface Conv2dAttributes extends Window {
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly activation: Activation;
  /** Where there is no bias, sums are in int32 and not in 64 bits; with int16 activations it makes a difference. */
  readonly sumType?: "int32";
}

/** Weights are OHWI: one filter an output channel. */
export const OHWI: Weights = { channelAxis: 0, wideBiases: ["int64", "int32"] };

/** Refuses shapes that do not make a convolution, whatever their types. */
export function checkConv2dShapes(node: Node<Conv2dAttributes>): void {
  const [input, weights] = [node.input(0).shape, node.input(1).shape];
  if (weights.length !== 4)
    node.refuse("rank", { role: "the weights", found: weights.length, supported: "4 (OHWI)" });
  checkWindow(node, weights[1], weights[2]);
  if (weights[3] !== input[3])
    node.refuse("shape", { why: `filters ${weights[3]} channels deep over an input of ${input[3]}` });
}

/** Scales in double (PopulateConvolutionQuantizationParams), sums by reference/integer_ops/conv.h. */
export const conv2d: Operator<Conv2dAttributes> = {
  kind: "CONV_2D",
  inputs: [2, 3],
  outputs: [1, 1],
  types: `${ACTIVATION_TYPES_TEXT}, ${FLOAT8_TYPES.join(", ")}`,
  restrictions:
    "one group; constant weights, per tensor or per channel; with int16 also int16 weights, biases in int64 or int32; 8-bit floats also as weights of int8, with biases in float32",
  checked: "golden models, reference",

  check(node) {
    checkConv2dShapes(node);
    if (hasFloat8Weights(node)) checkFloat8Sum(node, OHWI);
    else checkScaledSum(node, OHWI);
  },

  infer(node) {
    const [depth, height, width] = node.input(1).shape;
    return [windowShape(node, height, width, depth)];
  },

  macs: (node) => elements(node.output().shape) * elements(node.input(1).shape.slice(1)),

  lower(node) {
    const [, filterHeight, filterWidth] = node.input(1).shape;
    const window = windowConstants(node, filterHeight, filterWidth);
    const { dilationHeight, dilationWidth } = node.attributes;
    if (hasFloat8Weights(node))
      return lowerFloat8Sum(node, OHWI, conv2d.macs!(node), {
        ...window,
        dilationHeight,
        dilationWidth,
        groupDepth: window.inputDepth,
        groupOutputs: window.outputDepth,
        tapStride: window.inputDepth,
        channelStride: filterHeight * filterWidth * window.inputDepth,
      });
    const { perTile, tiles, work } = cut(window.positions, conv2d.macs!(node) / window.positions);
    const size = activationBytes(node);
    const constants = {
      input: tensor(node.inputId(0), size),
      output: tensor(node.outputId(), size),
      ...window,
      dilationHeight,
      dilationWidth,
      positionsPerTile: perTile,
    };
    return isWide(node)
      ? kernel<Conv2d16Layer>(
          {
            module: "conv2d",
            kernel: hasWideWeights(node) ? conv2d16x16 : conv2d16,
            layerType: "Conv2d16Layer",
            tiles,
            work,
          },
          { ...constants, ...wideSumConstants(node, OHWI) },
        )
      : kernel<Conv2dLayer>(
          { module: "conv2d", kernel: conv2dKernel, layerType: "Conv2dLayer", tiles, work },
          { ...constants, ...scaledSumConstants(node, OHWI) },
        );
  },
};
