/** What the weights of an output channel are multiplied with, in their order. */
import { elements } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import type { Node } from "../../ops/node.js";
import { type Window, windowConstants } from "../../ops/support/window.js";

export interface Patches {
  /** Weights of one output channel. */
  readonly length: number;
  /** Outputs of one channel. */
  readonly positions: number;
  /** Whether all output channels see the same values. */
  readonly shared: boolean;
  /** Writes the values of the input that make an output; 0 where there is padding. */
  read(input: Float32Array, position: number, channel: number, into: Float64Array): void;
}

/** The patches of an operator's input; undefined where weights and outputs do not lie so that there are any. */
export function patchesOf(op: Op, node: Node): Patches | undefined {
  const weights = node.input(1).shape;
  switch (op.kind) {
    case "FULLY_CONNECTED":
      return {
        length: weights[1],
        positions: elements(node.input(0).shape) / weights[1],
        shared: true,
        read: (input, position, _, into) =>
          into.set(input.subarray(position * into.length, (position + 1) * into.length)),
      };
    case "CONV_2D":
      return windowPatches(node as Node<Window>, weights, weights[3], () => 0);
    case "DEPTHWISE_CONV_2D": {
      const { depthMultiplier } = op.attributes;
      return windowPatches(node as Node<Window>, weights, 1, (channel) =>
        Math.floor(channel / depthMultiplier),
      );
    }
    default:
      return undefined;
  }
}

/** @param depth how many neighbouring input channels a filter covers, from `first` of the output channel on */
function windowPatches(
  node: Node<Window>,
  [, filterHeight, filterWidth]: readonly number[],
  depth: number,
  first: (channel: number) => number,
): Patches {
  const window = windowConstants(node, filterHeight, filterWidth);
  const { dilationHeight = 1, dilationWidth = 1 } = node.attributes;
  const { inputHeight, inputWidth, inputDepth, outputHeight, outputWidth, positions } = window;
  return {
    length: filterHeight * filterWidth * depth,
    positions,
    shared: depth === inputDepth,
    read(input, position, channel, into) {
      const row = Math.floor(position / outputWidth);
      const image = Math.floor(row / outputHeight) * inputHeight;
      const top = (row % outputHeight) * window.strideHeight - window.padTop;
      const left = (position % outputWidth) * window.strideWidth - window.padLeft;
      let at = 0;
      for (let y = top; y < top + filterHeight * dilationHeight; y += dilationHeight)
        for (let x = left; x < left + filterWidth * dilationWidth; x += dilationWidth, at += depth) {
          if (y < 0 || y >= inputHeight || x < 0 || x >= inputWidth) into.fill(0, at, at + depth);
          else {
            const from = ((image + y) * inputWidth + x) * inputDepth + first(channel);
            for (let i = 0; i < depth; i++) into[at + i] = input[from + i];
          }
        }
    },
  };
}
