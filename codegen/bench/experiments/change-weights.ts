/** Convolutions with other weights: models that were compressed, for experiments in which accuracy does not matter. */
import type { Graph, Quantization, Tensor, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";

/** The weights of one output channel, or of a layer. */
export interface ScaledWeights {
  readonly weights: Int8Array;
  /** By how much their scale is multiplied: what a weight of 1 stands for, in steps of before. */
  readonly step: number;
}

export interface WeightChange {
  /** Heights, which are widths too, of the filters whose CONV_2D layers change. */
  readonly filters: readonly number[];
  /** Whether the weights are changed a layer or an output channel at a time. */
  readonly by: "layer" | "channel";
  change(weights: Int8Array): ScaledWeights;
}

/**
 * The graph with the weights of those layers changed. Where a scale changes, the bias follows: it has the scale of the
 * input times that of the weights. Everything else stays as it is.
 *
 * @param graph a valid one, in which no two layers share weights or bias unless they share both
 */
export function changeWeights(graph: Graph, change: WeightChange): Graph {
  const tensors = [...graph.tensors];
  for (const op of graph.ops) {
    if (!isWanted(graph, op, change)) continue;
    const [input, weights, bias] = op.inputs as readonly [TensorId, TensorId, TensorId | null | undefined];
    const { tensor, steps } = changed(graph.tensors[weights], change);
    tensors[weights] = tensor;
    if (typeof bias !== "number" || steps.every((step) => step === 1)) continue;
    const inputScale = graph.tensors[input].quantization!.scales[0];
    tensors[bias] = rescaled(graph.tensors[bias], steps, inputScale, tensor.quantization!);
  }
  return { ...graph, tensors };
}

function isWanted({ tensors }: Graph, { kind, inputs }: Op, { filters }: WeightChange): boolean {
  if (kind !== "CONV_2D") return false;
  const [, height, width] = tensors[inputs[1]!].shape;
  return height === width && filters.includes(height);
}

/** @returns also the step of each output channel */
function changed(tensor: Tensor, { by, change }: WeightChange): { tensor: Tensor; steps: readonly number[] } {
  const { data, shape, quantization } = tensor;
  const { scales } = quantization!;
  const channels = shape[0];
  const groups = by === "layer" ? 1 : channels;
  const length = data!.length / groups;
  const weights = Int8Array.from(data!, (byte) => (byte << 24) >> 24);
  const steps: number[] = [];
  for (let group = 0; group < groups; group++) {
    const found = change(weights.slice(group * length, (group + 1) * length));
    weights.set(found.weights, group * length);
    for (let i = 0; i < channels / groups; i++) steps.push(found.step);
  }
  const data8 = new Uint8Array(weights.buffer);
  if (steps.every((step) => step === 1)) return { tensor: { ...tensor, data: data8 }, steps };
  const newScales = steps.map((step, channel) => Math.fround((scales[channel] ?? scales[0]) * step));
  return { tensor: { ...tensor, data: data8, quantization: perChannel(newScales) }, steps };
}

/** The int32 bias of the same real values. */
function rescaled(
  bias: Tensor,
  steps: readonly number[],
  inputScale: number,
  { scales }: Quantization,
): Tensor {
  const view = new DataView(bias.data!.buffer, bias.data!.byteOffset, bias.data!.byteLength);
  const values = Int32Array.from(steps, (step, channel) =>
    Math.round(view.getInt32(4 * channel, true) / step),
  );
  return {
    ...bias,
    data: new Uint8Array(values.buffer),
    quantization: perChannel(scales.map((scale) => Math.fround(inputScale * scale))),
  };
}

function perChannel(scales: readonly number[]): Quantization {
  return { scales, zeroPoints: scales.map(() => 0), axis: 0 };
}
