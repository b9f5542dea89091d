/** Whole output channels, with those that are tied to them: what `shrink` takes out of a graph then. */
import type { Graph, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { realValues } from "../../graph/real-values.js";
import { tryAt, tryEach } from "../../problems/collector.js";
import { opPlace, refuse } from "../../problems/problem.js";
import type { Amount } from "./amount.js";
import { keptCount, type Mask, masked, maskOf, type Pruned } from "./mask.js";
import { channelIndexes } from "./method.js";
import { norm, withoutLeast } from "./methods.js";
import { type Parameter, parameterId, prunableLayer, prunableLayers } from "./parameter.js";
import { type ChannelId, Channels } from "./shrink/channels.js";

export interface ChannelOptions {
  /** The n of the Ln norm of a filter; 2 where not given. */
  readonly norm?: number;
  /** Numbers from 0 to below 1: channels go at random, and not by their norms. */
  readonly next?: () => number;
  /** Only channels of these layers, and what is tied to them; all where not given. */
  readonly layers?: readonly Parameter["layer"][];
}

/** A filter: what makes one output channel of a layer. */
interface Filter {
  readonly op: Op;
  readonly channel: number;
}

/** Channels that are made by the same layers: an amount of each family is pruned. */
type Family = ReadonlyMap<ChannelId, readonly Filter[]>;

/**
 * Prunes output channels: those of a layer by themselves, or where they are tied, as in residuals and depthwise layers, those of all
 * layers together, by the sum of their filters' norms. Their biases are pruned with them. Channels that model outputs or
 * operators such as SOFTMAX need stay.
 *
 * @param amount of the channels of each layer, or of layers that are tied, that are not pruned entirely yet
 * @throws Refusal `nothing-left` where an amount is all channels of a layer, `channels-stay` for chosen layers none of whose channels
 *   can go, and for amounts and layers as other methods do
 */
export function pruneChannels(pruned: Pruned, amount: Amount, options: ChannelOptions = {}): Pruned {
  const { graph } = pruned;
  const families = familiesOf(new Channels(masked(pruned)), prunableLayers(graph));
  const masks = new Map(pruned.masks);
  const filters = new Filters(pruned);
  for (const family of options.layers ? chosen(families, graph, options.layers) : families) {
    const [[first]] = family.values();
    const left = [...family.values()].filter((set) => set.some((filter) => filters.isLeft(filter)));
    const scores = Float64Array.from(left, (set) =>
      options.next ? options.next() : set.reduce((sum, it) => sum + filters.norm(it, options.norm ?? 2), 0),
    );
    const kept = tryAt(opPlace(first.op), () => withoutLeast(scores, amount, "channels"));
    if (keptCount(kept) === 0) refuse("nothing-left", {}, opPlace(first.op));
    for (const filter of left.filter((_, i) => !kept[i]).flat())
      prune(pruned, masks, filter, filters.indexes(filter));
  }
  return { ...pruned, masks };
}

/** The families of some layers. */
function chosen(
  families: readonly Family[],
  graph: Graph,
  layers: NonNullable<ChannelOptions["layers"]>,
): Set<Family> {
  const own = tryEach(layers, (layer) => {
    const op = prunableLayer(graph, layer);
    const found = families.filter((family) => [...family.values()].flat().some((filter) => filter.op === op));
    return found.length > 0 ? found : refuse("channels-stay", {}, opPlace(op));
  });
  return new Set(own.flat());
}

function familiesOf(channels: Channels, layers: readonly Op[]): Family[] {
  const filters = new Map<ChannelId, Filter[]>();
  for (const op of layers)
    channels.sets(op.outputs[0]).forEach((set, channel) => {
      if (!channels.canGo(set)) return;
      const known = filters.get(set);
      if (known) known.push({ op, channel });
      else filters.set(set, [{ op, channel }]);
    });
  const families = new Map<string, Map<ChannelId, Filter[]>>();
  for (const [set, own] of filters) {
    const key = [...new Set(own.map(({ op }) => layers.indexOf(op)))].join();
    const family = families.get(key) ?? new Map<ChannelId, Filter[]>();
    families.set(key, family.set(set, own));
  }
  return [...families.values()];
}

/** Filters as they are before. */
class Filters {
  readonly #pruned: Pruned;
  readonly #known = new Map<Op, { readonly indexes: readonly Int32Array[]; readonly values: Float32Array }>();

  constructor(pruned: Pruned) {
    this.#pruned = pruned;
  }

  /** Where a filter has its weights. */
  indexes({ op, channel }: Filter): Int32Array {
    return this.#of(op).indexes[channel];
  }

  isLeft(filter: Filter): boolean {
    const mask = maskOf(this.#pruned, parameterId(filter.op, "weight")!);
    return this.indexes(filter).some((i) => mask[i] === 1);
  }

  norm(filter: Filter, n: number): number {
    const { values } = this.#of(filter.op);
    const mask = maskOf(this.#pruned, parameterId(filter.op, "weight")!);
    return norm(
      Float64Array.from(this.indexes(filter), (i) => values[i] * mask[i]),
      n,
    );
  }

  #of(op: Op) {
    const tensor = this.#pruned.graph.tensors[parameterId(op, "weight")!];
    const known = this.#known.get(op) ?? {
      indexes: channelIndexes(tensor.shape, op.kind === "DEPTHWISE_CONV_2D" ? 3 : 0),
      values: realValues(tensor),
    };
    this.#known.set(op, known);
    return known;
  }
}

/** Has a mask prune a filter's weights and bias. */
function prune(
  pruned: Pruned,
  masks: Map<TensorId, Mask>,
  { op, channel }: Filter,
  weights: Int32Array,
): void {
  const cut = (id: TensorId, indexes: Iterable<number>) => {
    const mask = (masks.get(id) ?? maskOf(pruned, id)).slice();
    for (const i of indexes) mask[i] = 0;
    masks.set(id, mask);
  };
  cut(parameterId(op, "weight")!, weights);
  const bias = parameterId(op, "bias");
  if (bias !== undefined && pruned.graph.tensors[bias].data) cut(bias, [channel]);
}
