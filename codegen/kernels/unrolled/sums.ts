/**
 * What CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED compute, said alike: every output is a sum of weights times inputs,
 * requantized. Taps outside the input and zero weights are not in it.
 */
import { activationRange } from "../../arithmetic/activation.js";
import type { Requantization } from "../../arithmetic/scaling.js";
import { elements, type Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { type FullyConnectedAttributes, OI } from "../../ops/fully-connected.js";
import { Node } from "../../ops/node.js";
import { biasValues, requantization } from "../../ops/support/scaled-sum.js";
import { type Convolution, convolutionOf } from "../convolution.js";

/** A weight, and the element of the input that it multiplies, counted from that of the place. */
export interface Tap {
  readonly input: number;
  readonly weight: number;
}

/** One output: requantize(bias + Σ weight · (input − zero point of the input)). */
export interface Sum {
  readonly taps: readonly Tap[];
  readonly bias: number;
  readonly requantization: Requantization;
}

/** The elements of the input and the output from which those of a stencil count. */
export interface Place {
  readonly input: number;
  readonly output: number;
}

/** Consecutive outputs, computed alike at several places: the channels of positions whose windows are cut alike. */
export interface Stencil {
  readonly sums: readonly Sum[];
  readonly places: readonly Place[];
}

/** An operator that is such sums. */
export interface SumsLayer {
  readonly inputZeroPoint: number;
  readonly stencils: readonly Stencil[];
}

const KINDS: readonly Op["kind"][] = ["FULLY_CONNECTED", "CONV_2D", "DEPTHWISE_CONV_2D"];

/** Whether an operator is such sums. */
export function hasSums({ kind }: Op): boolean {
  return KINDS.includes(kind);
}

/** The sums of a valid operator that has some. */
export function sumsOf(graph: Graph, op: Op): SumsLayer {
  return op.kind === "FULLY_CONNECTED"
    ? fullyConnected(new Node(graph, op))
    : convolution(convolutionOf(new Node(graph, op)));
}

function fullyConnected(node: Node<FullyConnectedAttributes>): SumsLayer {
  const [channels, depth] = node.input(1).shape;
  const weights = new Int8Array(node.constant(1, "the weights"));
  const output = node.perTensor(node.output(), "the output");
  const range = activationRange(node.attributes.activation, output);
  const biases = biasValues(node, channels);
  const sums = requantization(node, OI).map((scaling, channel) => ({
    taps: nonZero(
      Array.from({ length: depth }, (_, input) => ({ input, weight: weights[channel * depth + input] })),
    ),
    bias: biases[channel],
    requantization: { ...scaling, zeroPoint: output.zeroPoint, ...range },
  }));
  const places = Array.from({ length: elements(node.output().shape) / channels }, (_, row) => ({
    input: row * depth,
    output: row * channels,
  }));
  return {
    inputZeroPoint: node.perTensor(node.input(0), "the input").zeroPoint,
    stencils: [{ sums, places }],
  };
}

function convolution(layer: Convolution): SumsLayer {
  const { inputHeight, inputWidth, inputDepth, outputHeight, outputWidth, outputDepth } = layer;
  const { filterHeight, filterWidth, dilationHeight, dilationWidth, inputZeroPoint, filters } = layer;
  const stencils = new Map<string, { sums: readonly Sum[]; places: Place[] }>();
  for (let position = 0; position < layer.positions; position++) {
    const row = Math.floor(position / outputWidth);
    const image = Math.floor(row / outputHeight) * inputHeight;
    const top = (row % outputHeight) * layer.strideHeight - layer.padTop;
    const left = (position % outputWidth) * layer.strideWidth - layer.padLeft;
    const rows = inside(top, dilationHeight, filterHeight, inputHeight);
    const columns = inside(left, dilationWidth, filterWidth, inputWidth);
    const element = (ky: number, kx: number) =>
      ((image + top + ky * dilationHeight) * inputWidth + left + kx * dilationWidth) * inputDepth;
    const input = rows.length && columns.length ? element(rows[0], columns[0]) : 0;
    const key = `${rows};${columns}`;
    const stencil = stencils.get(key) ?? {
      sums: filters.map(({ taps, ...filter }) => ({
        ...filter,
        taps: nonZero(taps.filter(({ ky, kx }) => rows.includes(ky) && columns.includes(kx))).map(
          ({ ky, kx, channel, weight }) => ({ input: element(ky, kx) + channel - input, weight }),
        ),
      })),
      places: [],
    };
    stencil.places.push({ input, output: position * outputDepth });
    stencils.set(key, stencil);
  }
  return { inputZeroPoint, stencils: [...stencils.values()] };
}

/** The taps along one dimension that lie on the input. */
function inside(origin: number, dilation: number, taps: number, size: number): number[] {
  return Array.from({ length: taps }, (_, k) => k).filter((k) => {
    const at = origin + k * dilation;
    return at >= 0 && at < size;
  });
}

function nonZero<T extends { readonly weight: number }>(taps: readonly T[]): T[] {
  return taps.filter(({ weight }) => weight !== 0);
}

/** A layer's sums in the order of its outputs, over the whole input. */
export function flatten({ stencils }: SumsLayer): Sum[] {
  const outputs: Sum[] = [];
  for (const { sums, places } of stencils)
    for (const { input, output } of places)
      sums.forEach(({ taps, ...sum }, i) => {
        outputs[output + i] = {
          ...sum,
          taps: taps.map((tap) => ({ input: tap.input + input, weight: tap.weight })),
        };
      });
  return outputs;
}
