/** Layers in parts, by output channels, so that a cut can fall within one: bit for bit the same, since channels do not mix. */
import { DTYPE_BYTES, elements, type Graph, type Tensor, type TensorId } from "../graph/graph.js";
import type { Op } from "../graph/op.js";
import { usersOf } from "../kernels/planes/suited.js";

/** A layer that is to be in parts. */
export interface Parting {
  /** The position of its operator. */
  readonly op: number;
  /** The first channel of each part but the first, in order. */
  readonly at: readonly number[];
}

/** Along which axis of their weights operators have output channels. */
const CHANNEL_AXES: Readonly<Record<string, number>> = {
  CONV_2D: 0,
  FULLY_CONNECTED: 0,
  DEPTHWISE_CONV_2D: 3,
};

/** What is part of such a layer where it follows: each of its channels is made of one alone. */
const FOLLOWERS = ["DEPTHWISE_CONV_2D", "AVERAGE_POOL_2D", "MAX_POOL_2D", "RELU", "RELU6"];

/**
 * The operators that are parted together with one: a convolution or dense layer, and what follows it channel by channel, for a
 * part of that to be computed with the part that it reads.
 *
 * @returns nothing where the operator cannot be parted
 */
export function layerFrom(graph: Graph, first: number): readonly number[] | undefined {
  const { ops, tensors, outputs } = graph;
  const { kind, inputs } = ops[first];
  if ((kind !== "CONV_2D" && kind !== "FULLY_CONNECTED") || !hasConstants(graph, ops[first]))
    return undefined;
  if (kind === "CONV_2D" && tensors[inputs[0]!].shape[3] !== tensors[inputs[1]!].shape[3]) return undefined;
  const layer = [first];
  for (let next = first + 1; next < ops.length; next++) {
    const made = ops[next - 1].outputs[0];
    const isFollowed = !outputs.includes(made) && usersOf(graph, made).join() === `${next}`;
    if (!isFollowed || !FOLLOWERS.includes(ops[next].kind) || !hasConstants(graph, ops[next])) break;
    if (channelsOf(graph, ops[next]) !== channelsOf(graph, ops[first])) break;
    layer.push(next);
  }
  return layer;
}

/** Channels that an operator makes. */
export function channelsOf({ tensors }: Graph, { outputs }: Op): number {
  return tensors[outputs[0]].shape.at(-1)!;
}

/**
 * The graph with some layers in parts that are put together again in the end. Parts come one after another, each with all that
 * is of its channels.
 *
 * @param partings of operators that `layerFrom` has layers for, no two of one layer
 */
export function inParts(graph: Graph, partings: readonly Parting[]): Graph {
  const tensors = [...graph.tensors];
  const ops: Op[] = [];
  for (let index = 0; index < graph.ops.length; index++) {
    const parting = partings.find(({ op }) => op === index);
    const layer = parting && layerFrom(graph, index);
    if (!parting || !layer) {
      ops.push(graph.ops[index]);
      continue;
    }
    const last = graph.ops[layer[layer.length - 1]];
    const ends = [0, ...parting.at, channelsOf(graph, last)];
    const parts = parting.at.concat(0).map((_, part) => {
      const [from, to] = [ends[part], ends[part + 1]];
      let [made] = graph.ops[index].inputs as [TensorId];
      for (const position of layer) {
        const op = partOf(graph, graph.ops[position], part, from, to, tensors, made);
        ops.push(op);
        [made] = op.outputs;
      }
      return made;
    });
    const axis = tensors[last.outputs[0]].shape.length - 1;
    const attributes = { axis, activation: "NONE" as const };
    ops.push({
      kind: "CONCATENATION",
      name: `${last.name}/parts`,
      inputs: parts,
      outputs: last.outputs,
      attributes,
    });
    index = layer[layer.length - 1];
  }
  return { ...graph, tensors, ops };
}

/**
 * What each operator of a graph with layers in parts takes of their instructions: parts by their channels.
 *
 * @param shares of the operators of the graph that was parted
 */
export function sharesOfParts(graph: Graph, shares: readonly number[], parted: Graph): number[] {
  const whole = new Map(graph.ops.map(({ name }, i) => [name, i]));
  return parted.ops.map((op) => {
    const same = whole.get(op.name);
    if (same !== undefined) return shares[same];
    const layer = whole.get(op.name.replace(/\/\d+$/, ""));
    return layer === undefined
      ? 0
      : (shares[layer] * channelsOf(parted, op)) / channelsOf(graph, graph.ops[layer]);
  });
}

/** An operator for the channels from `from` up to `to`, exclusive. @param tensors to which its own are added */
function partOf(
  graph: Graph,
  op: Op,
  part: number,
  from: number,
  to: number,
  tensors: Tensor[],
  input: TensorId,
): Op {
  const add = (tensor: Tensor) => tensors.push({ ...tensor, name: `${tensor.name}/${part}` }) - 1;
  const axis = CHANNEL_AXES[op.kind];
  const constants = op.inputs.slice(1).map((id, i) => {
    if (id === null || axis === undefined) return id;
    return add(sliced(graph.tensors[id], i === 0 ? axis : 0, from, to));
  });
  const made = graph.tensors[op.outputs[0]];
  const shape = [...made.shape.slice(0, -1), to - from];
  return {
    ...op,
    name: `${op.name}/${part}`,
    inputs: [input, ...constants],
    outputs: [add({ ...made, shape })],
  } as Op;
}

/** A constant's elements from `from` up to `to` along an axis. */
function sliced(tensor: Tensor, axis: number, from: number, to: number): Tensor {
  const { shape, dtype, data, quantization } = tensor;
  const run = elements(shape.slice(axis + 1)) * DTYPE_BYTES[dtype];
  const rows = elements(shape.slice(0, axis));
  const bytes = Buffer.concat(
    Array.from({ length: rows }, (_, row) =>
      data!.subarray((row * shape[axis] + from) * run, (row * shape[axis] + to) * run),
    ),
  );
  const isPerChannel = quantization && quantization.scales.length > 1;
  return {
    ...tensor,
    shape: shape.with(axis, to - from),
    data: new Uint8Array(bytes),
    ...(isPerChannel && {
      quantization: {
        ...quantization,
        scales: quantization.scales.slice(from, to),
        zeroPoints: quantization.zeroPoints.slice(from, to),
      },
    }),
  };
}

function hasConstants({ tensors }: Graph, { inputs }: Op): boolean {
  return inputs.slice(1).every((id) => id === null || tensors[id].data !== undefined);
}
