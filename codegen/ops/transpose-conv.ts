import {
  type TransposeConv2d16Layer,
  type TransposeConv2dLayer,
  transposeConv2d,
  transposeConv2d16,
  transposeConv2d16x16,
} from "../../runtime/transpose-conv2d.js";
import type { Activation } from "../arithmetic/activation.js";
import { elements } from "../graph/graph.js";
import type { Node } from "./node.js";
import { kernel, type Operator, type Shape, tensor } from "./operator.js";
import { ACTIVATION_TYPES_TEXT, activationBytes, isWide } from "./support/activations.js";
import {
  checkScaledSum,
  hasWideWeights,
  scaledSumConstants,
  type Weights,
  wideSumConstants,
} from "./support/scaled-sum.js";
import { cut } from "./support/tiles.js";
import { extent, type Padding } from "./support/window.js";

export interface TransposeConvAttributes {
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padding: Padding;
  readonly activation: Activation;
}

/** Weights are OHWI; inputs are the output's shape, the weights, the activations and the bias. */
export const TRANSPOSED: Weights = { channelAxis: 0, input: 2, bias: 3, wideBiases: ["int64", "int16"] };

/** Rows and columns of padding: those of the convolution that makes such an input of the output. */
export function padding(node: Node<TransposeConvAttributes>) {
  const { padding, strideHeight, strideWidth } = node.attributes;
  const [, filterHeight, filterWidth] = node.input(1).shape;
  const [, height, width] = node.output().shape;
  return {
    padTop: extent(padding, height, filterHeight, strideHeight).before,
    padLeft: extent(padding, width, filterWidth, strideWidth).before,
  };
}

/** The shape that input 0 holds. TFLM does not look there, and takes the output's. */
function outputShape(node: Node): Shape {
  return node.input(0).data ? node.integers(0, "the output's shape") : node.output().shape;
}

/** Refuses shapes that do not make a transposed convolution, whatever their types. */
export function checkTransposeConvShapes(node: Node<TransposeConvAttributes>): void {
  const [weights, input, output] = [node.input(1).shape, node.input(2).shape, node.output().shape];
  for (const [role, shape] of Object.entries({
    "the weights": weights,
    "the input": input,
    "the output": output,
  }))
    if (shape.length !== 4) node.refuse("rank", { role, found: shape.length, supported: "4" });
  const { strideHeight, strideWidth } = node.attributes;
  for (const [attribute, size] of Object.entries({ strideHeight, strideWidth }))
    if (!(Number.isInteger(size) && size > 0))
      node.refuse("attribute", { attribute, value: `${size}`, supported: "1 and above" });
  if (weights[3] !== input[3])
    node.refuse("shape", { why: `filters ${weights[3]} channels deep over an input of ${input[3]}` });
  if (output[0] !== input[0] || output[3] !== weights[0])
    node.refuse("shape", {
      why: `${weights[0]} filters over [${input.join(", ")}] do not make [${output.join(", ")}]`,
    });
  const reach = Math.max(input[1] * strideHeight, input[2] * strideWidth);
  if (reach >= 2 ** 31) node.refuse("shape", { why: `the input reaches ${reach} rows or columns` });
}

/** Scales in double (PopulateConvolutionQuantizationParams), sums by reference/integer_ops/transpose_conv.h. */
export const transposeConv: Operator<TransposeConvAttributes> = {
  kind: "TRANSPOSE_CONV",
  inputs: [3, 4],
  outputs: [1, 1],
  types: ACTIVATION_TYPES_TEXT,
  restrictions:
    "constant weights, per tensor or per channel; with int16 also int16 weights, biases in int64 or int16; the output has its declared shape",
  checked: "golden models, reference",

  check(node) {
    node.requireType(node.input(0), "the output's shape", ["int32"]);
    checkTransposeConvShapes(node);
    checkScaledSum(node, TRANSPOSED);
  },

  infer: (node) => [outputShape(node)],

  macs: (node) => elements(node.input(2).shape.slice(0, 3)) * elements(node.input(1).shape),

  lower(node) {
    const [, filterHeight, filterWidth, inputDepth] = node.input(1).shape;
    const [, inputHeight, inputWidth] = node.input(2).shape;
    const [batches, outputHeight, outputWidth, outputDepth] = node.output().shape;
    const { strideHeight, strideWidth } = node.attributes;
    const positions = batches * outputHeight * outputWidth;
    const taps = Math.ceil(filterHeight / strideHeight) * Math.ceil(filterWidth / strideWidth);
    const { perTile, tiles, work } = cut(positions, taps * inputDepth * outputDepth);
    const size = activationBytes(node);
    const call = { module: "transpose-conv2d", tiles, work };
    const constants = {
      input: tensor(node.inputId(2), size),
      inputHeight,
      inputWidth,
      inputDepth,
      filterHeight,
      filterWidth,
      strideHeight,
      strideWidth,
      ...padding(node),
      output: tensor(node.outputId(), size),
      positions,
      positionsPerTile: perTile,
      outputHeight,
      outputWidth,
      outputDepth,
    };
    return isWide(node)
      ? kernel<TransposeConv2d16Layer>(
          {
            ...call,
            kernel: hasWideWeights(node) ? transposeConv2d16x16 : transposeConv2d16,
            layerType: "TransposeConv2d16Layer",
          },
          { ...constants, ...wideSumConstants(node, TRANSPOSED) },
        )
      : kernel<TransposeConv2dLayer>(
          { ...call, kernel: transposeConv2d, layerType: "TransposeConv2dLayer" },
          { ...constants, ...scaledSumConstants(node, TRANSPOSED) },
        );
  },
};
