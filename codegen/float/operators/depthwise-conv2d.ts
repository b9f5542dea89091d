import { checkDepthwiseShapes, type DepthwiseConv2dAttributes } from "../../ops/depthwise-conv2d.js";
import type { Node } from "../../ops/node.js";
import { windowConstants } from "../../ops/support/window.js";
import type { FloatOperator } from "../operator.js";
import { activate } from "../support/activation.js";
import { checkBias, requireFloat32 } from "../support/checks.js";
import { taps } from "../support/window.js";

/** NHWC input, 1HWO weights, `depthMultiplier` output channels for each of the input (reference/depthwiseconv_float.h). */
export const depthwiseConv2d: FloatOperator<DepthwiseConv2dAttributes> = {
  kind: "DEPTHWISE_CONV_2D",

  check(node) {
    requireFloat32(node);
    checkDepthwiseShapes(node);
    checkBias(node, node.optional(2), node.input(1).shape[3]);
  },

  run: (node, [input, weights, bias]) => [
    activate(convolve(node, input!, weights!, bias), node.attributes.activation),
  ],
};

function convolve(
  node: Node<DepthwiseConv2dAttributes>,
  input: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
): Float32Array {
  const { dilationHeight, dilationWidth, depthMultiplier } = node.attributes;
  const [, filterHeight, filterWidth] = node.input(1).shape;
  const window = windowConstants(node, filterHeight, filterWidth);
  const { inputHeight, inputWidth, inputDepth, outputHeight, outputWidth, outputDepth, positions } = window;
  const output = new Float32Array(positions * outputDepth);
  const sums = new Float64Array(outputDepth);
  for (let position = 0; position < positions; position++) {
    const row = Math.floor(position / outputWidth);
    const image = Math.floor(row / outputHeight) * inputHeight;
    const top = (row % outputHeight) * window.strideHeight - window.padTop;
    const left = (position % outputWidth) * window.strideWidth - window.padLeft;
    const rows = taps(top, inputHeight, filterHeight, dilationHeight);
    const columns = taps(left, inputWidth, filterWidth, dilationWidth);
    if (bias === undefined) sums.fill(0);
    else sums.set(bias);
    for (let y = rows.first; y < rows.end; y++) {
      for (let x = columns.first; x < columns.end; x++) {
        const column = left + x * dilationWidth;
        const from = ((image + top + y * dilationHeight) * inputWidth + column) * inputDepth;
        const weight = (y * filterWidth + x) * outputDepth;
        for (let first = 0; first < depthMultiplier; first++) {
          for (let i = 0, channel = first; i < inputDepth; i++, channel += depthMultiplier)
            sums[channel] += input[from + i] * weights[weight + channel];
        }
      }
    }
    output.set(sums, position * outputDepth);
  }
  return output;
}
