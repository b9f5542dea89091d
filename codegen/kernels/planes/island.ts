/** graph → layers of planes: as many operators as planes suit, in lanes as narrow as their sums allow. */

import type { Steps } from "../../arithmetic/scaling.js";
import { DEFAULT_CHUNK_BYTES } from "../../cost/collections.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import { type Lanes, placeCount } from "../../graph/lanes.js";
import type { GeneratedLowering } from "../../ops/operator.js";
import type { PlanarTensor } from "../../plan/planar.js";
import { Chooser } from "./choose.js";
import { Composer, isBroughtFirst, readBy } from "./compose.js";
import { type DraftGroup, Drafts } from "./drafts.js";
import { WORDS_PLACES } from "./ending.js";
import { scratchPlanes, writeGroup } from "./group.js";
import { type Handover, release } from "./handover.js";
import type { LaneScaling } from "./requantization.js";
import { Slots } from "./slots.js";
import { suitedOps } from "./suited.js";
import { type PlaneTensor, planeBytes } from "./tensor.js";

/** A layer of planes, and the operators that it computes. */
export interface PlanesLayer {
  readonly ops: readonly number[];
  readonly lowering: GeneratedLowering;
  /** What it leaves in the arena. */
  readonly outputs: readonly TensorId[];
  /** Its output, where that does not lie there as NHWC. */
  readonly planar?: PlanarTensor;
}

/** A tensor in planes, from the layer that makes it to the last that reads it; both by their first operators. */
export interface Resting {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

export interface Planes {
  readonly layers: readonly PlanesLayer[];
  readonly resting: readonly Resting[];
  /** How many places of `memory.planes` they take. */
  readonly planes: number;
  /** How tensors would lie if they were to be sent as planes; none where not given. */
  readonly lanes?: ReadonlyMap<TensorId, Lanes>;
}

export interface PlanesOptions {
  /** Operators of fewer positions are left to other forms; 1 if not given. */
  readonly leastPositions?: number;
  /** Of an input in the arena that a convolution brings into planes; any number if not given. */
  readonly mostChannels?: number;
  /** Whether tensors in planes shall lie in the arena, too. */
  readonly isObservable?: boolean;
  /** Operators, by position, that are left to other forms. */
  readonly excluded?: ReadonlySet<number>;
  /** Of the heap in which they run. */
  readonly chunkBytes?: number;
}

/**
 * Plans the operators that planes suit. One for which there is no place in a
 * group, no exact arithmetic in lanes or no way to bring its planes is left to other forms, and the rest is planned again.
 *
 * @returns undefined where there are none
 */
export function planPlanes(
  graph: Graph,
  {
    leastPositions = 1,
    mostChannels = Number.POSITIVE_INFINITY,
    isObservable = false,
    excluded = new Set(),
    chunkBytes = DEFAULT_CHUNK_BYTES,
  }: PlanesOptions = {},
): Planes | undefined {
  const without = new Set(excluded);
  for (;;) {
    const suited = suitedOps(graph, leastPositions, without, mostChannels);
    const { groups, domains, strays } = new Drafts(graph, suited);
    if (groups.length === 0) return undefined;
    const scalings = new Map<Steps, LaneScaling>();
    const roots = domains.filter((it) => it.root === it);
    const unfit =
      strays.length > 0 ? strays : roots.flatMap((it) => it.fit(scalings)).map((op) => graph.ops.indexOf(op));
    if (unfit.length > 0) {
      for (const index of unfit) without.add(index);
      continue;
    }
    const composer = new Composer(graph, groups, scalings, isObservable);
    const written = new Writer(composer, chunkBytes).write();
    if ("layers" in written) return written;
    without.add(written.unfit);
  }
}

class Writer {
  readonly #composer: Composer;
  readonly #chooser: Chooser;
  readonly #slots = new Slots();
  readonly #tensors = new Map<TensorId, PlaneTensor>();
  /** What the layer before hands to the next one. */
  #handed: Handover | undefined;

  constructor(composer: Composer, chunkBytes: number) {
    this.#composer = composer;
    this.#chooser = new Chooser(composer, chunkBytes);
  }

  /** @returns all layers, or an operator whose planes cannot be brought */
  write(): Planes | { readonly unfit: number } {
    const layers: PlanesLayer[] = [];
    for (const id of this.#composer.resting().filter((it) => this.#composer.restOf(it).from < 0)) {
      const tensor = this.#composer.tensor(id, this.#chooser.rest, 0);
      this.#tensors.set(id, { ...tensor, slot: this.#slots.take(placeCount(tensor)) });
    }
    for (const [position, group] of this.#composer.groups.entries()) {
      const layer = this.#layer(position);
      if (!layer) return { unfit: group.ops[0] };
      layers.push(layer);
    }
    const resting = [...this.#tensors].map(([id, tensor]) => ({
      bytes: planeBytes(tensor),
      ...this.#composer.restOf(id),
    }));
    return {
      layers,
      resting,
      planes: this.#slots.count,
      lanes: this.#composer.lanes(this.#chooser.rest),
    };
  }

  #layer(position: number): PlanesLayer | undefined {
    const group = this.#composer.groups[position];
    const way = this.#chooser.way(position);
    if (!way) return undefined;
    const handed = this.#handed;
    this.#handed = this.#handOver(position);
    const composed = this.#composer.compose(position, way, this.#chooser.rest, this.#tensors, this.#slots, {
      ...(this.#handed && { kept: this.#handed.kept }),
      ...(handed && { found: handed.found }),
    });
    const { source, head, ending, scratch, outputs } = composed;
    const lowering = writeGroup(composed);
    if (!lowering) return undefined;
    const own = scratchPlanes(head, source);
    this.#slots.free(scratch, own);
    if (handed) release(handed, this.#slots);
    if (ending.to === "planes") this.#tensors.set(group.output, ending.tensor);
    if (ending.to === "planes" && composed.sent?.isLastUse)
      this.#slots.free(ending.tensor.slot, placeCount(ending.tensor));
    if (ending.to === "bytes" && ending.slot !== undefined) this.#slots.free(ending.slot, WORDS_PLACES);
    for (const [i, id] of readBy(group).entries()) {
      const tensor = this.#tensors.get(id);
      const isFreed = i === 0 && isBroughtFirst(source, own);
      if (tensor && this.#composer.isLastRead(position, i) && !isFreed)
        this.#slots.free(tensor.slot, placeCount(tensor));
    }
    const isPlanar = ending.to === "bytes" && ending.isPlanar;
    const planar = { id: group.output, order: planarOrder(group.made) };
    return { ops: group.ops, lowering, outputs, ...(isPlanar && { planar }) };
  }

  #handOver(position: number): Handover | undefined {
    const { length } = this.#composer.groups;
    if (position + 1 === length) return undefined;
    const ways = [position, position + 1].flatMap((it) => this.#chooser.way(it) ?? []);
    return ways.length === 2
      ? this.#composer.handOver(position, ways, this.#tensors, this.#slots)
      : undefined;
  }
}

/** For each place of a tensor that lies channel after channel, the NHWC index of what lies there. */
function planarOrder({ domain, size, channels }: DraftGroup["made"]): number[] {
  const { rows, columns } = size;
  return Array.from({ length: channels * rows * columns }, (_, i) => {
    const at = i % (rows * columns);
    const [row, column] = [Math.floor(at / columns), at % columns];
    const position = domain.isTransposed ? column * rows + row : row * columns + column;
    return position * channels + Math.floor(i / (rows * columns));
  });
}
