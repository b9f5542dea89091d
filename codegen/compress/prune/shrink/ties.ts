/**
 * Which channels go together. A channel is an index of a tensor's last dimension; what an operator makes of one is an index of its
 * output's, so that both go or both stay.
 */
import { elements, type Graph, type TensorId } from "../../../graph/graph.js";
import type { Op, OpKind } from "../../../graph/op.js";
import { axes } from "../../../ops/mean.js";
import { Node } from "../../../ops/node.js";

/** A channel of an input and one of an output that go together. */
export interface Tie {
  readonly from: TensorId;
  readonly channel: number;
  readonly toChannel: number;
}

/** Those whose output channels are of input channels of the same index, whatever else they do. */
const CHANNELWISE: readonly OpKind[] = [
  "AVERAGE_POOL_2D",
  "DEQUANTIZE",
  "HARD_SWISH",
  "LEAKY_RELU",
  "LOGISTIC",
  "MAX_POOL_2D",
  "QUANTIZE",
  "RELU",
  "RELU6",
  "RESIZE_NEAREST_NEIGHBOR",
  "TANH",
];

/** The same of two operands, either of which may be constant. */
const BINARY: readonly OpKind[] = ["ADD", "DIV", "MAXIMUM", "MINIMUM", "MUL", "SUB"];

/** Those that give elements another shape and leave their order. */
const RESHAPING: readonly OpKind[] = ["EXPAND_DIMS", "RESHAPE", "SQUEEZE"];

/** Whether an operator's output channels are sums over all input channels. */
export function isSum({ tensors }: Graph, { kind, inputs }: Op): boolean {
  if (kind !== "CONV_2D" && kind !== "FULLY_CONNECTED") return false;
  const { data, shape } = tensors[inputs[1]!];
  // A dense layer whose rows are parts of what has one channel index takes channels apart.
  return data !== undefined && shape.at(-1)! % channelCount(tensors[inputs[0]!]) === 0;
}

/** Whether a depthwise layer has one input channel: each of its output channels can go by itself. */
export function isOverOne({ tensors }: Graph, { kind, inputs }: Op): boolean {
  return kind === "DEPTHWISE_CONV_2D" && channelCount(tensors[inputs[0]!]) === 1;
}

export function isBinary({ kind }: Op): boolean {
  return BINARY.includes(kind);
}

export function isReshaping({ kind }: Op): boolean {
  return RESHAPING.includes(kind);
}

/** Channels of a tensor. */
export function channelCount({ shape }: { readonly shape: readonly number[] }): number {
  return shape.at(-1) ?? 1;
}

/** How an operator that is no sum ties channels of its inputs to those of its output; undefined where it mixes them otherwise. */
export function tiesOf(graph: Graph, op: Op): readonly Tie[] | undefined {
  const { tensors } = graph;
  const node = new Node(graph, op);
  const [input] = op.inputs;
  if (input === null || input === undefined || op.outputs.length !== 1) return undefined;
  const to = tensors[op.outputs[0]];
  const same = (from: TensorId) =>
    Array.from({ length: channelCount(tensors[from]) }, (_, channel) => ({
      from,
      channel,
      toChannel: channel,
    }));
  if (CHANNELWISE.includes(op.kind)) return same(input);
  if (isReshaping(op)) return reshaped(input, tensors[input], to);
  const last = tensors[input].shape.length - 1;
  switch (op.kind) {
    case "DEPTHWISE_CONV_2D": {
      if (!tensors[op.inputs[1]!].data) return undefined;
      if (isOverOne(graph, op)) return [];
      const { depthMultiplier } = op.attributes;
      return Array.from({ length: channelCount(to) }, (_, toChannel) => ({
        from: input,
        channel: Math.floor(toChannel / depthMultiplier),
        toChannel,
      }));
    }
    case "MEAN":
      return axes(node).has(last) ? undefined : same(input);
    case "PAD":
    case "PADV2":
      return node.integers(1, "the paddings").slice(-2).some(Boolean) ? undefined : same(input);
    case "TRANSPOSE":
      return node.integers(1, "the permutation").at(-1) === last ? same(input) : undefined;
    case "CONCATENATION":
      return concatenated(graph, op, op.attributes.axis);
  }
  if (!isBinary(op)) return undefined;
  const operands = op.inputs.filter((id) => id !== null && tensors[id].data === undefined) as TensorId[];
  const isWhole = operands.every((id) => channelCount(tensors[id]) === channelCount(to));
  return isWhole ? operands.flatMap(same) : undefined;
}

function concatenated({ tensors }: Graph, { inputs }: Op, axis: number): Tie[] | undefined {
  const parts = inputs as readonly TensorId[];
  if (parts.some((id) => tensors[id].data)) return undefined;
  const isLast = axis === -1 || axis === tensors[parts[0]].shape.length - 1;
  const ties: Tie[] = [];
  let first = 0;
  for (const from of parts) {
    const count = channelCount(tensors[from]);
    for (let channel = 0; channel < count; channel++)
      ties.push({ from, channel, toChannel: first + channel });
    if (isLast) first += count;
  }
  return ties;
}

/** Elements are what they were: each ties the channel that it is in before to the one that it is in after. */
function reshaped(
  from: TensorId,
  before: { readonly shape: readonly number[] },
  after: { readonly shape: readonly number[] },
): Tie[] {
  const [count, toCount] = [channelCount(before), channelCount(after)];
  const ties = new Map<number, Tie>();
  for (let i = 0; i < elements(before.shape); i++) {
    const [channel, toChannel] = [i % count, i % toCount];
    ties.set(channel * toCount + toChannel, { from, channel, toChannel });
  }
  return [...ties.values()];
}
