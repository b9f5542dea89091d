import { elements } from "../../graph/graph.js";
import type { Node } from "../../ops/node.js";
import { checkTransposeConvShapes, padding, type TransposeConvAttributes } from "../../ops/transpose-conv.js";
import type { FloatOperator } from "../operator.js";
import { activate } from "../support/activation.js";
import { checkBias } from "../support/checks.js";
import { taps } from "../support/window.js";

/** Each input pixel adds its filters to the output around it; OHWI weights (reference/transpose_conv.h). */
export const transposeConv: FloatOperator<TransposeConvAttributes> = {
  kind: "TRANSPOSE_CONV",

  check(node) {
    node.requireType(node.input(0), "the output's shape", ["int32"]);
    node.requireType(node.input(1), "the weights", ["float32"]);
    node.requireType(node.input(2), "the input", ["float32"]);
    node.requireType(node.output(), "the output", ["float32"]);
    checkTransposeConvShapes(node);
    const bias = node.optional(3);
    if (bias) node.requireType(bias, "the bias", ["float32"]);
    checkBias(node, bias, node.input(1).shape[0]);
  },

  run: (node, [, weights, input, bias]) => [
    activate(convolve(node, input!, weights!, bias), node.attributes.activation),
  ],
};

function convolve(
  node: Node<TransposeConvAttributes>,
  input: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
): Float32Array {
  const { strideHeight, strideWidth } = node.attributes;
  const [outputDepth, filterHeight, filterWidth, inputDepth] = node.input(1).shape;
  const [batches, inputHeight, inputWidth] = node.input(2).shape;
  const [, outputHeight, outputWidth] = node.output().shape;
  const { padTop, padLeft } = padding(node);
  const sums = new Float64Array(elements(node.output().shape));
  if (bias) for (let at = 0; at < sums.length; at += outputDepth) sums.set(bias, at);
  for (let position = 0; position < batches * inputHeight * inputWidth; position++) {
    const row = Math.floor(position / inputWidth);
    const image = Math.floor(row / inputHeight) * outputHeight;
    const top = (row % inputHeight) * strideHeight - padTop;
    const left = (position % inputWidth) * strideWidth - padLeft;
    const rows = taps(top, outputHeight, filterHeight, 1);
    const columns = taps(left, outputWidth, filterWidth, 1);
    const from = position * inputDepth;
    for (let y = rows.first; y < rows.end; y++) {
      for (let x = columns.first; x < columns.end; x++) {
        const to = ((image + top + y) * outputWidth + left + x) * outputDepth;
        for (let channel = 0; channel < outputDepth; channel++) {
          const weight = ((channel * filterHeight + y) * filterWidth + x) * inputDepth;
          let sum = 0;
          for (let i = 0; i < inputDepth; i++) sum += input[from + i] * weights[weight + i];
          sums[to + channel] += sum;
        }
      }
    }
  }
  return Float32Array.from(sums);
}
