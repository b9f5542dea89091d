/** CONV_2D and DEPTHWISE_CONV_2D as data, for the generators of kernels. */
import { type Activation, activationRange } from "../arithmetic/activation.js";
import type { Requantization } from "../arithmetic/scaling.js";
import type { TensorId } from "../graph/graph.js";
import type { Conv2dAttributes } from "../ops/conv2d.js";
import type { DepthwiseConv2dAttributes } from "../ops/depthwise-conv2d.js";
import { Node } from "../ops/node.js";
import { activationLimits } from "../ops/support/activations.js";
import {
  biasValues,
  hasLongSums,
  hasWideWeights,
  requantization,
  type Weights,
} from "../ops/support/scaled-sum.js";
import { windowConstants } from "../ops/support/window.js";
import { type ElementBits, elementBitsOf } from "./element.js";

/** One weight of a filter. */
export interface FilterTap {
  /** Input channel, and where in the window. */
  readonly channel: number;
  readonly ky: number;
  readonly kx: number;
  readonly weight: number;
}

/** One output channel. */
export interface Filter {
  readonly taps: readonly FilterTap[];
  readonly bias: number;
  readonly requantization: Requantization;
}

export interface Convolution extends ReturnType<typeof windowConstants> {
  /** Bits of its inputs and outputs. */
  readonly element: ElementBits;
  /** The tensor that it reads. */
  readonly input: TensorId;
  /** Whether each output channel looks at one channel of the input alone. */
  readonly isDepthwise: boolean;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly inputZeroPoint: number;
  readonly filters: readonly Filter[];
}

/** The convolution that a CONV_2D or DEPTHWISE_CONV_2D computes, as checked by its operator. */
export function convolutionOf(given: Node): Convolution {
  const isDepthwise = given.op.kind === "DEPTHWISE_CONV_2D";
  const node = new Node<Conv2dAttributes & Partial<DepthwiseConv2dAttributes>>(given.graph, given.op);
  const { activation, dilationHeight, dilationWidth, depthMultiplier = 1 } = node.attributes;
  const [depth, height, width, inner] = node.input(1).shape;
  const channels = isDepthwise ? inner : depth;
  const weights = new Int8Array(node.constant(1, "the weights"));
  const biases = biasValues(node, channels);
  const requantizations = requantizationsOf(node, activation, { channelAxis: isDepthwise ? 3 : 0 });
  const filters = requantizations.map((requantization, o): Filter => {
    const taps: FilterTap[] = [];
    for (let ky = 0; ky < height; ky++)
      for (let kx = 0; kx < width; kx++) {
        const at = ky * width + kx;
        if (isDepthwise)
          taps.push({ channel: Math.floor(o / depthMultiplier), ky, kx, weight: weights[at * inner + o] });
        else
          for (let channel = 0; channel < inner; channel++)
            taps.push({ channel, ky, kx, weight: weights[(o * height * width + at) * inner + channel] });
      }
    return { taps, bias: biases[o], requantization };
  });
  return {
    ...windowConstants(node, height, width),
    element: elementBitsOf(node),
    input: node.inputId(0),
    isDepthwise,
    dilationHeight,
    dilationWidth,
    inputZeroPoint: node.perTensor(node.input(0), "the input").zeroPoint,
    filters,
  };
}

/** What becomes of each output channel of an operator that sums products. */
export function requantizationsOf(
  node: Node,
  activation: Activation,
  layout: Pick<Weights, "channelAxis" | "float32Product">,
): Requantization[] {
  const output = node.perTensor(node.output(), "the output");
  const range = activationRange(activation, output, activationLimits(node));
  const isLong = hasLongSums(node);
  return requantization(node, layout).map(({ multiplier, shift }) => ({
    multiplier,
    shift,
    zeroPoint: output.zeroPoint,
    ...range,
    ...(isLong && { isLong }),
  }));
}

/** Whether generated kernels know an operator's sums: int8's, or those of int8 weights in 64 bits. */
export function hasKnownSums(node: Node): boolean {
  return node.output().dtype === "int8" || (hasLongSums(node) && !hasWideWeights(node));
}
