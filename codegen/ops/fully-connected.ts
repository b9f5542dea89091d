import {
  type FullyConnected16Layer,
  type FullyConnectedLayer,
  fullyConnected16,
  fullyConnected16x16,
  fullyConnected as fullyConnectedKernel,
} from "../../runtime/fully-connected.js";
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

export interface FullyConnectedAttributes {
  readonly activation: Activation;
  /** The output keeps the leading dimensions of the input instead of becoming [batches, outputs]. */
  readonly keepDims: boolean;
  /** Where there is no bias, sums are in int32 and not in 64 bits; with int16 activations it makes a difference. */
  readonly sumType?: "int32";
}

/** Weights are [outputs, inputs]. */
export const OI: Weights = { channelAxis: 0, wideBiases: ["int64", "int32"], float32Product: true };

/** A dense layer as a convolution over images of one position. */
const ONE_POSITION = {
  inputHeight: 1,
  inputWidth: 1,
  filterHeight: 1,
  filterWidth: 1,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  padTop: 0,
  padLeft: 0,
  outputHeight: 1,
  outputWidth: 1,
};

/** Refuses shapes that do not make a dense layer, whatever their types. */
export function checkFullyConnectedShapes(node: Node<FullyConnectedAttributes>): void {
  const weights = node.input(1).shape;
  if (weights.length !== 2)
    node.refuse("rank", { role: "the weights", found: weights.length, supported: "2" });
  const input = node.input(0).shape;
  if (elements(input) % weights[1] !== 0 || (node.attributes.keepDims && input.at(-1) !== weights[1]))
    node.refuse("shape", { why: `[${input.join(", ")}] does not split into rows of ${weights[1]}` });
}

/** Rows of the input times the weights; sums by reference/integer_ops/fully_connected.h. */
export const fullyConnected: Operator<FullyConnectedAttributes> = {
  kind: "FULLY_CONNECTED",
  inputs: [2, 3],
  outputs: [1, 1],
  types: `${ACTIVATION_TYPES_TEXT}, ${FLOAT8_TYPES.join(", ")}`,
  restrictions:
    "constant weights, per tensor or per channel; with int16 also int16 weights, biases in int64 or int32; 8-bit floats also as weights of int8, with biases in float32",
  checked: "golden models, reference",

  check(node) {
    checkFullyConnectedShapes(node);
    if (hasFloat8Weights(node)) checkFloat8Sum(node, OI);
    else checkScaledSum(node, OI);
  },

  infer(node) {
    const input = node.input(0).shape;
    const [outputs, inputs] = node.input(1).shape;
    return [
      node.attributes.keepDims ? [...input.slice(0, -1), outputs] : [elements(input) / inputs, outputs],
    ];
  },

  macs: (node) => elements(node.output().shape) * node.input(1).shape[1],

  lower(node) {
    const [outputDepth, inputDepth] = node.input(1).shape;
    const outputs = elements(node.output().shape);
    if (hasFloat8Weights(node))
      return lowerFloat8Sum(node, OI, fullyConnected.macs!(node), {
        ...ONE_POSITION,
        positions: outputs / outputDepth,
        inputDepth,
        outputDepth,
        groupDepth: inputDepth,
        groupOutputs: outputDepth,
        tapStride: inputDepth,
        channelStride: inputDepth,
      });
    const { perTile, tiles, work } = cut(outputs, inputDepth);
    const size = activationBytes(node);
    const call = { module: "fully-connected", tiles, work };
    const constants = {
      input: tensor(node.inputId(0), size),
      inputDepth,
      output: tensor(node.outputId(), size),
      outputDepth,
      outputs,
      outputsPerTile: perTile,
    };
    return isWide(node)
      ? kernel<FullyConnected16Layer>(
          {
            ...call,
            kernel: hasWideWeights(node) ? fullyConnected16x16 : fullyConnected16,
            layerType: "FullyConnected16Layer",
          },
          { ...constants, ...wideSumConstants(node, OI) },
        )
      : kernel<FullyConnectedLayer>(
          { ...call, kernel: fullyConnectedKernel, layerType: "FullyConnectedLayer" },
          { ...constants, ...scaledSumConstants(node, OI) },
        );
  },
};
