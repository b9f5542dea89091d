/** The channels of all tensors of a graph, and which of them go together. */
import type { Graph, TensorId } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";
import { DisjointSets } from "../disjoint-sets.js";
import { channelCount, isSum, type Tie, tiesOf } from "./ties.js";

/** A channel of a computed tensor, as one number. */
export type ChannelId = number;

export class Channels {
  readonly graph: Graph;
  /** What operators other than sums tie; undefined for those that mix channels in ways of their own. */
  readonly ties: ReadonlyMap<Op, readonly Tie[] | undefined>;
  readonly #first: readonly number[];
  readonly #sets: DisjointSets;
  /** Sets that have to stay: model inputs and outputs, and what is mixed in ways of its own. */
  readonly #kept = new Set<number>();

  constructor(graph: Graph) {
    const { tensors, ops, inputs, outputs } = graph;
    this.graph = graph;
    const first: number[] = [];
    let count = 0;
    for (const tensor of tensors) {
      first.push(count);
      count += tensor.data ? 0 : channelCount(tensor);
    }
    this.#first = first;
    this.#sets = new DisjointSets(count);
    const sums = ops.filter((op) => isSum(graph, op));
    this.ties = new Map(ops.filter((op) => !sums.includes(op)).map((op) => [op, tiesOf(graph, op)]));
    for (const [op, ties] of this.ties)
      for (const { from, channel, toChannel } of ties ?? [])
        this.#sets.join(this.id(from, channel), this.id(op.outputs[0], toChannel));
    for (const id of [...inputs, ...outputs]) this.#keepAll(id);
    for (const [op, ties] of this.ties)
      if (!ties) for (const id of [...op.inputs, ...op.outputs]) if (id !== null) this.#keepAll(id);
  }

  id(tensor: TensorId, channel: number): ChannelId {
    return this.#first[tensor] + channel;
  }

  /** The set of channels that one belongs to, by one of them. */
  set(tensor: TensorId, channel: number): ChannelId {
    return this.#sets.find(this.id(tensor, channel));
  }

  /** The sets of all channels of a tensor, in their order. */
  sets(tensor: TensorId): ChannelId[] {
    const count = channelCount(this.graph.tensors[tensor]);
    return Array.from({ length: count }, (_, channel) => this.set(tensor, channel));
  }

  /** Whether a set may go at all. */
  canGo(set: ChannelId): boolean {
    return !this.#kept.has(set);
  }

  #keepAll(tensor: TensorId): void {
    if (this.graph.tensors[tensor].data) return;
    for (const set of this.sets(tensor)) this.#kept.add(set);
  }
}
