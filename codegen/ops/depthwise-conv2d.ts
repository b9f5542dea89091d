import {
  type DepthwiseConv2d16Layer,
  type DepthwiseConv2dLayer,
  depthwiseConv2d16,
  depthwiseConv2d16x16,
  depthwiseConv2d as depthwiseConv2dKernel,
} from "../../runtime/depthwise-conv2d.js";
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

export interface DepthwiseConv2dAttributes extends Window {
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** Output channels an input channel. */
  readonly depthMultiplier: number;
  readonly activation: Activation;
}

/** Weights are 1HWO: output channels last. */
export const HWO: Weights = { channelAxis: 3, wideBiases: ["int64"] };

/** Refuses shapes that do not make a depthwise convolution, whatever their types. */
export function checkDepthwiseShapes(node: Node<DepthwiseConv2dAttributes>): void {
  const [input, weights] = [node.input(0).shape, node.input(1).shape];
  if (weights.length !== 4)
    node.refuse("rank", { role: "the weights", found: weights.length, supported: "4 (1HWO)" });
  if (weights[0] !== 1) node.refuse("shape", { why: `the weights are ${weights[0]} filters, not 1` });
  checkWindow(node, weights[1], weights[2]);
  const { depthMultiplier } = node.attributes;
  if (weights[3] !== input[3] * depthMultiplier)
    node.refuse("shape", {
      why: `${weights[3]} filters are not ${depthMultiplier} for each of ${input[3]} channels`,
    });
}

/** Scales in double (PopulateConvolutionQuantizationParams), sums by reference/integer_ops/depthwise_conv.h. */
export const depthwiseConv2d: Operator<DepthwiseConv2dAttributes> = {
  kind: "DEPTHWISE_CONV_2D",
  inputs: [2, 3],
  outputs: [1, 1],
  types: `${ACTIVATION_TYPES_TEXT}, ${FLOAT8_TYPES.join(", ")}`,
  restrictions:
    "constant weights, per tensor or per channel; with int16 also int16 weights, biases in int64; 8-bit floats also as weights of int8, with biases in float32",
  checked: "golden models, reference",

  check(node) {
    checkDepthwiseShapes(node);
    if (hasFloat8Weights(node)) checkFloat8Sum(node, HWO);
    else checkScaledSum(node, HWO);
  },

  infer(node) {
    const [, height, width, channels] = node.input(1).shape;
    return [windowShape(node, height, width, channels)];
  },

  macs: (node) => elements(node.output().shape) * elements(node.input(1).shape.slice(1, 3)),

  lower(node) {
    const [, filterHeight, filterWidth] = node.input(1).shape;
    const window = windowConstants(node, filterHeight, filterWidth);
    const { dilationHeight, dilationWidth, depthMultiplier } = node.attributes;
    if (hasFloat8Weights(node))
      return lowerFloat8Sum(node, HWO, depthwiseConv2d.macs!(node), {
        ...window,
        dilationHeight,
        dilationWidth,
        groupDepth: 1,
        groupOutputs: depthMultiplier,
        tapStride: window.outputDepth,
        channelStride: 1,
      });
    const { perTile, tiles, work } = cut(window.positions, depthwiseConv2d.macs!(node) / window.positions);
    const size = activationBytes(node);
    const call = { module: "depthwise-conv2d", tiles, work };
    const constants = {
      input: tensor(node.inputId(0), size),
      output: tensor(node.outputId(), size),
      ...window,
      dilationHeight,
      dilationWidth,
      depthMultiplier,
      positionsPerTile: perTile,
    };
    return isWide(node)
      ? kernel<DepthwiseConv2d16Layer>(
          {
            ...call,
            kernel: hasWideWeights(node) ? depthwiseConv2d16x16 : depthwiseConv2d16,
            layerType: "DepthwiseConv2d16Layer",
          },
          { ...constants, ...wideSumConstants(node, HWO) },
        )
      : kernel<DepthwiseConv2dLayer>(
          { ...call, kernel: depthwiseConv2dKernel, layerType: "DepthwiseConv2dLayer" },
          { ...constants, ...scaledSumConstants(node, HWO) },
        );
  },
};
