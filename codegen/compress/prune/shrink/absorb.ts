/** What a sum over channels does without one of them: nothing, or what a bias makes up for. */

import { elementsOf } from "../../../graph/elements.js";
import type { Graph, TensorId } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";
import { realValues } from "../../../graph/real-values.js";
import { Node } from "../../../ops/node.js";
import { type Window, windowConstants } from "../../../ops/support/window.js";
import type { FixedChannels } from "./fixed.js";
import { channelCount } from "./ties.js";

/**
 * What a CONV_2D or FULLY_CONNECTED loses for good with an input channel: what its outputs are to be increased by, in units of the
 * bias. Undefined where no bias makes up for it: where the channel is not fixed, or comes short at the image's edges.
 */
export function lossesOf(
  graph: Graph,
  op: Op,
  fixed: FixedChannels,
): (channel: number) => Float64Array | undefined {
  const [input, weightsId] = op.inputs as readonly [TensorId, TensorId];
  const outputs = graph.tensors[weightsId].shape[0];
  const weights = weightsOf(graph, weightsId);
  const length = weights.length / outputs;
  const depth = channelCount(graph.tensors[input]);
  const size = op.kind === "FULLY_CONNECTED" ? length / depth : 1;
  const canAdd = hasExactBias(graph, op) && (op.kind === "FULLY_CONNECTED" || !readsPadding(graph, op));
  return (channel) => {
    const taps = Array.from({ length: length / depth }, (_, tap) => tap * depth + channel);
    const loss = new Float64Array(outputs);
    if (loss.every((_, o) => taps.every((tap) => weights[o * length + tap] === 0))) return loss;
    if (!fixed.isFixed(input, channel)) return undefined;
    const rows = rowsOf(fixed.values(input), channel, depth, size);
    if (rows.every((row) => row.every((value) => value === 0))) return loss;
    const [first] = rows;
    if (!canAdd || rows.some((row) => row.some((value, i) => value !== first[i]))) return undefined;
    return loss.map((_, o) =>
      taps.reduce((sum, tap, i) => sum + weights[o * length + tap] * first[i % size], 0),
    );
  };
}

/** The values of a channel, so many a row: those that one row of a dense layer reads, or one position of an image. */
function rowsOf(values: ArrayLike<number>, channel: number, depth: number, size: number): number[][] {
  const count = values.length / depth / size;
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: size }, (_, i) => values[(row * size + i) * depth + channel]),
  );
}

/** Weights as they are multiplied: real numbers, or integers of zero point 0. */
function weightsOf({ tensors }: Graph, id: TensorId): ArrayLike<number> {
  const { dtype, data } = tensors[id];
  return dtype === "int8" || dtype === "int16"
    ? (elementsOf(dtype, data!) as Int8Array | Int16Array)
    : realValues(tensors[id]);
}

/** Whether what is added to the bias adds just that to the sums: integers, or float models, which are equal to rounding. */
function hasExactBias({ tensors }: Graph, { inputs }: Op): boolean {
  const [input, weights, bias] = inputs.map((id) => (id === null ? undefined : tensors[id]));
  if (bias && !bias.data) return false;
  if (input!.dtype === "float32") return weights!.dtype === "float32";
  if (weights!.dtype !== "int8" && weights!.dtype !== "int16") return false;
  return input!.dtype === "int8" || (input!.dtype === "int16" && bias !== undefined);
}

/** Whether some window reaches beyond the image. */
function readsPadding(graph: Graph, op: Op): boolean {
  const node = new Node<Window>(graph, op);
  const [, height, width] = node.input(1).shape;
  const it = windowConstants(node, height, width);
  const { dilationHeight = 1, dilationWidth = 1 } = node.attributes;
  const end = (outputs: number, stride: number, filter: number, dilation: number, before: number) =>
    (outputs - 1) * stride + (filter - 1) * dilation - before;
  return (
    it.padTop > 0 ||
    it.padLeft > 0 ||
    end(it.outputHeight, it.strideHeight, height, dilationHeight, it.padTop) >= it.inputHeight ||
    end(it.outputWidth, it.strideWidth, width, dilationWidth, it.padLeft) >= it.inputWidth
  );
}
