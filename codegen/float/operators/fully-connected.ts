import { checkFullyConnectedShapes, type FullyConnectedAttributes } from "../../ops/fully-connected.js";
import type { FloatOperator } from "../operator.js";
import { activate } from "../support/activation.js";
import { checkBias, requireFloat32 } from "../support/checks.js";

/** Rows of the input times weights of [outputs, inputs] (reference/fully_connected.h). */
export const fullyConnected: FloatOperator<FullyConnectedAttributes> = {
  kind: "FULLY_CONNECTED",

  check(node) {
    requireFloat32(node);
    checkFullyConnectedShapes(node);
    checkBias(node, node.optional(2), node.input(1).shape[0]);
  },

  run(node, [input, weights, bias]) {
    const [depth, length] = node.input(1).shape;
    return [activate(multiply(input!, weights!, bias, depth, length), node.attributes.activation)];
  },
};

function multiply(
  input: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
  depth: number,
  length: number,
): Float32Array {
  const output = new Float32Array((input.length / length) * depth);
  for (let at = 0; at < output.length; at++) {
    const channel = at % depth;
    const from = ((at - channel) / depth) * length;
    let sum = bias === undefined ? 0 : bias[channel];
    for (let i = 0; i < length; i++) sum += input[from + i] * weights[channel * length + i];
    output[at] = sum;
  }
  return output;
}
