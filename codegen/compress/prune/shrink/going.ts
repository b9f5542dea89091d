/** The choice of channels that go. */
import type { Graph, TensorId } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";
import { lossesOf } from "./absorb.js";
import type { ChannelId, Channels } from "./channels.js";
import { fixedChannels } from "./fixed.js";
import { isSum } from "./ties.js";

export interface Going {
  /** Of tensors that lose some: which ones. */
  readonly channels: ReadonlyMap<TensorId, ReadonlySet<number>>;
  /** What is added to the outputs of sums, in units of their biases. */
  readonly losses: ReadonlyMap<Op, Float64Array>;
}

/** All channels that can go. */
export function absorbed(channels: Channels): Going {
  const { graph } = channels;
  const fixed = fixedChannels(channels);
  const staying = new Set<ChannelId>();
  const losses: { readonly op: Op; readonly set: ChannelId; readonly loss: Float64Array }[] = [];
  for (const op of graph.ops) {
    if (!isSum(graph, op)) continue;
    const lossOf = lossesOf(graph, op, fixed);
    for (const [channel, set] of channels.sets(op.inputs[0]!).entries()) {
      if (!channels.canGo(set) || staying.has(set)) continue;
      const loss = lossOf(channel);
      if (loss) losses.push({ op, set, loss });
      else staying.add(set);
    }
  }
  const computed = graph.ops.flatMap(({ outputs }) => outputs);
  const goes = (set: ChannelId) => channels.canGo(set) && !staying.has(set);
  for (const op of graph.ops) keepLeast(channels, op, goes, staying);
  const going = new Map<TensorId, Set<number>>();
  for (const id of computed) {
    const own = channels.sets(id).flatMap((set, channel) => (goes(set) ? [channel] : []));
    if (own.length > 0) going.set(id, new Set(own));
  }
  return { channels: going, losses: summed(losses.filter(({ set }) => goes(set))) };
}

/** Has the first channels stay where too few of an operator's would. */
function keepLeast(
  channels: Channels,
  op: Op,
  goes: (set: ChannelId) => boolean,
  staying: Set<ChannelId>,
): void {
  for (const id of op.outputs) {
    const sets = channels.sets(id);
    for (const set of sets) {
      if (sets.filter((it) => !goes(it)).length >= leastChannels(channels.graph, op)) break;
      staying.add(set);
    }
  }
}

/** One; but a dense layer with one scale is scaled in float32, and with several in double. */
function leastChannels({ tensors }: Graph, { kind, inputs }: Op): number {
  const scales = kind === "FULLY_CONNECTED" ? tensors[inputs[1]!].quantization?.scales : undefined;
  return scales && scales.length > 1 ? 2 : 1;
}

function summed(losses: readonly { readonly op: Op; readonly loss: Float64Array }[]): Map<Op, Float64Array> {
  const sums = new Map<Op, Float64Array>();
  for (const { op, loss } of losses) {
    const sum = sums.get(op);
    sums.set(op, sum ? sum.map((value, o) => value + loss[o]) : loss);
  }
  return sums;
}
