/** FULLY_CONNECTED and CONV_2D as one thing: at each output position some taps, each a run of inputs side by side. */
import type { Activated } from "../../arithmetic/activation.js";
import type { Requantization } from "../../arithmetic/scaling.js";
import { elements } from "../../graph/graph.js";
import type { Conv2dAttributes } from "../../ops/conv2d.js";
import { Node } from "../../ops/node.js";
import { biasValues } from "../../ops/support/scaled-sum.js";
import { windowConstants } from "../../ops/support/window.js";
import { requantizationsOf } from "../convolution.js";
import { type ElementBits, elementBitsOf } from "../element.js";

/** Where the taps of an output position are. A dense layer has one tap and a position for each row. */
export interface Window {
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

export interface Channel {
  /** Tap by tap, input by input. */
  readonly weights: Int8Array;
  readonly bias: number;
  readonly requantization: Requantization;
}

export interface Layer {
  /** Bits of its inputs and outputs. */
  readonly element: ElementBits;
  readonly window: Window;
  /** Output positions, those of all batches. */
  readonly positions: number;
  /** Inputs of a tap. */
  readonly depth: number;
  readonly inputZeroPoint: number;
  readonly channels: readonly Channel[];
}

/** @param node a FULLY_CONNECTED or CONV_2D, as checked by its operator */
export function layerOf(node: Node): Layer {
  const isDense = node.op.kind === "FULLY_CONNECTED";
  const given = new Node<Activated & Conv2dAttributes>(node.graph, node.op);
  const data = new Int8Array(node.constant(1, "the weights"));
  const [count, ...inner] = node.input(1).shape;
  const size = elements(inner);
  const biases = biasValues(node, count);
  const layout = { channelAxis: 0, ...(isDense && { float32Product: true as const }) };
  const requantizations = requantizationsOf(node, given.attributes.activation, layout);
  const channels = requantizations.map((requantization, o) => ({
    weights: data.subarray(o * size, (o + 1) * size),
    bias: biases[o],
    requantization,
  }));
  const window = isDense ? denseWindow(elements(node.input(0).shape) / size) : imageWindow(given);
  return {
    element: elementBitsOf(node),
    window,
    positions: elements(node.output().shape) / count,
    depth: inner[inner.length - 1],
    inputZeroPoint: node.perTensor(node.input(0), "the input").zeroPoint,
    channels,
  };
}

/** A dense layer is a 1 × 1 convolution over a column of rows. */
function denseWindow(rows: number): Window {
  return {
    inputHeight: rows,
    inputWidth: 1,
    outputHeight: rows,
    outputWidth: 1,
    filterHeight: 1,
    filterWidth: 1,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: 0,
    padLeft: 0,
  };
}

function imageWindow(node: Node<Conv2dAttributes>): Window {
  const { dilationHeight, dilationWidth } = node.attributes;
  const [, height, width] = node.input(1).shape;
  return { ...windowConstants(node, height, width), dilationHeight, dilationWidth };
}
