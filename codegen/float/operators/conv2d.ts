import { type Conv2dAttributes, checkConv2dShapes } from "../../ops/conv2d.js";
import type { Node } from "../../ops/node.js";
import { windowConstants } from "../../ops/support/window.js";
import type { FloatOperator } from "../operator.js";
import { activate } from "../support/activation.js";
import { checkBias, requireFloat32 } from "../support/checks.js";
import { taps } from "../support/window.js";

/** NHWC input, OHWI weights (reference/conv.h). */
export const conv2d: FloatOperator<Conv2dAttributes> = {
  kind: "CONV_2D",

  check(node) {
    requireFloat32(node);
    checkConv2dShapes(node);
    checkBias(node, node.optional(2), node.input(1).shape[0]);
  },

  run: (node, [input, weights, bias]) => [
    activate(convolve(node, input!, weights!, bias), node.attributes.activation),
  ],
};

function convolve(
  node: Node<Conv2dAttributes>,
  input: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
): Float32Array {
  const { dilationHeight, dilationWidth } = node.attributes;
  const [, filterHeight, filterWidth] = node.input(1).shape;
  const window = windowConstants(node, filterHeight, filterWidth);
  const { inputHeight, inputWidth, inputDepth, outputHeight, outputWidth, outputDepth, positions } = window;
  const output = new Float32Array(positions * outputDepth);
  for (let position = 0; position < positions; position++) {
    const row = Math.floor(position / outputWidth);
    const image = Math.floor(row / outputHeight) * inputHeight;
    const top = (row % outputHeight) * window.strideHeight - window.padTop;
    const left = (position % outputWidth) * window.strideWidth - window.padLeft;
    const rows = taps(top, inputHeight, filterHeight, dilationHeight);
    const columns = taps(left, inputWidth, filterWidth, dilationWidth);
    // Neighbouring taps without dilation are neighbours in memory: one run of numbers on both sides.
    const across = columns.end - columns.first;
    const runs = dilationWidth === 1 ? Math.min(across, 1) : across;
    const length = dilationWidth === 1 ? across * inputDepth : inputDepth;
    for (let channel = 0; channel < outputDepth; channel++) {
      let sum = bias === undefined ? 0 : bias[channel];
      for (let y = rows.first; y < rows.end; y++) {
        const line = (image + top + y * dilationHeight) * inputWidth;
        let from = (line + left + columns.first * dilationWidth) * inputDepth;
        let weight = ((channel * filterHeight + y) * filterWidth + columns.first) * inputDepth;
        for (let run = 0; run < runs; run++) {
          for (let i = 0; i < length; i++) sum += input[from + i] * weights[weight + i];
          from += dilationWidth * inputDepth;
          weight += inputDepth;
        }
      }
      output[position * outputDepth + channel] = sum;
    }
  }
  return output;
}
