/** graph → layers of planes: as many operators as planes suit, in lanes as narrow as their sums allow. */
import type { Steps } from "../../arithmetic/scaling.js";
import { DEFAULT_CHUNK_BYTES } from "../../cost/collections.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import type { GeneratedLowering } from "../../ops/operator.js";
import { denseUsers, type PlanarTensor } from "../../plan/planar.js";
import { fitAddition } from "./addition.js";
import {
  type AdditionDraft,
  type ConvolutionDraft,
  type DraftGroup,
  Drafts,
  type TailDraft,
  type ThinnedDraft,
} from "./drafts.js";
import type { FunctionDraft, PoolDraft } from "./elementwise-drafts.js";
import type { FunctionStage, PoolStage, Thinned } from "./elementwise-stages.js";
import { type Ending, isWords, WORDS_PLACES } from "./ending.js";
import { type Addition, type Group, type Stage, scratchPlanes, type Tail, writeGroup } from "./group.js";
import type { Source } from "./head.js";
import type { LaneScaling } from "./requantization.js";
import { Slots } from "./slots.js";
import { suitedOps } from "./suited.js";
import { type PlaneTensor, planeBytes, planeCount } from "./tensor.js";
import { cheapest } from "./winograd-choice.js";

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
}

/**
 * Plans the operators that planes suit, of those with at least so many positions.
 *
 * @param isObservable whether tensors in planes shall lie in the arena, too
 * @param excluded operators, by position, that are left to other forms
 * @param _chunkBytes of the heap in which they run
 * @returns undefined where there are none, or no exact arithmetic in lanes
 */
export function planPlanes(
  graph: Graph,
  leastPositions = 1,
  isObservable = false,
  excluded: ReadonlySet<number> = new Set(),
  _chunkBytes = DEFAULT_CHUNK_BYTES,
): Planes | undefined {
  const { groups, domains } = draft(graph, leastPositions, excluded);
  const scalings = new Map<Steps, LaneScaling>();
  if (groups.length === 0) return undefined;
  if (!domains.filter((it) => it.root === it).every((it) => it.fit(scalings))) return undefined;
  return new Writer(graph, groups, scalings, isObservable).write();
}

/** Drafts without those operators for which there is no place in a group. */
function draft(graph: Graph, leastPositions: number, excluded: ReadonlySet<number>): Drafts {
  const without = new Set(excluded);
  for (;;) {
    const drafts = new Drafts(graph, suitedOps(graph, leastPositions, without));
    if (drafts.strays.length === 0) return drafts;
    for (const index of drafts.strays) without.add(index);
  }
}

class Writer {
  readonly #graph: Graph;
  readonly #groups: readonly DraftGroup[];
  readonly #scalings: ReadonlyMap<Steps, LaneScaling>;
  readonly #isObservable: boolean;
  readonly #slots = new Slots();
  readonly #tensors = new Map<TensorId, PlaneTensor>();

  constructor(
    graph: Graph,
    groups: readonly DraftGroup[],
    scalings: ReadonlyMap<Steps, LaneScaling>,
    isObservable: boolean,
  ) {
    this.#graph = graph;
    this.#groups = groups;
    this.#scalings = scalings;
    this.#isObservable = isObservable;
  }

  write(): Planes | undefined {
    const layers: PlanesLayer[] = [];
    for (const [position, group] of this.#groups.entries()) {
      const layer = this.#layer(group, position);
      if (!layer) return undefined;
      layers.push(layer);
    }
    return { layers, resting: this.#resting(), planes: this.#slots.count };
  }

  #resting(): Resting[] {
    return [...this.#tensors].map(([id, tensor]) => {
      const maker = this.#groups.find(({ output }) => output === id)!;
      const reader = this.#groups.findLast((it) => readBy(it).includes(id))!;
      return { bytes: planeBytes(tensor), from: maker.ops[0], to: reader.ops[0] };
    });
  }

  #layer(group: DraftGroup, position: number): PlanesLayer | undefined {
    const from = this.#tensors.get(group.input);
    const isLastUse = this.#isLastRead(position, 0);
    const source: Source = from ? { at: "planes", tensor: from, isLastUse } : { at: "arena" };
    const head = cheapest(this.#stage(group.head), source);
    const own = scratchPlanes(head, source);
    const scratch = this.#slots.take(own);
    // What is brought into planes of the layer's own makes room before the first output comes.
    const isFreed = from && own > 0 && isLastUse;
    if (isFreed) this.#slots.free(from.slot, planeCount(from));
    const ending = this.#ending(group);
    const left = ending.to === "planes" ? [] : [group.output];
    const observed = this.#isObservable ? group.results.filter(({ tensor }) => !left.includes(tensor)) : [];
    let reads = 1;
    const written: Group = {
      source,
      head,
      tail: group.tail.map((it) => this.#tail(it, () => this.#isLastRead(position, reads++))),
      ending,
      observed: observed.map(({ least }, i) => ({
        index: left.length + i,
        least,
        channels: group.made.channels,
        isPlanar: false,
      })),
      inputs: from ? [] : [group.input],
      outputs: [...left, ...observed.map(({ tensor }) => tensor)],
      scratch,
      places: Math.max(this.#slots.used, from ? from.slot + planeCount(from) : 0),
    };
    const lowering = writeGroup(written);
    if (!lowering) return undefined;
    this.#slots.free(scratch, own);
    if (ending.to === "bytes" && ending.slot !== undefined) this.#slots.free(ending.slot, WORDS_PLACES);
    for (const [i, id] of readBy(group).entries()) {
      const tensor = this.#tensors.get(id);
      if (tensor && this.#isLastRead(position, i) && !(isFreed && i === 0))
        this.#slots.free(tensor.slot, planeCount(tensor));
    }
    const isPlanar = ending.to === "bytes" && ending.isPlanar;
    const planar = { id: group.output, order: planarOrder(group.made) };
    return { ops: group.ops, lowering, outputs: written.outputs, ...(isPlanar && { planar }) };
  }

  /** Whether the tensor that a group reads is read no more, neither by the group itself nor by a later one. */
  #isLastRead(position: number, read: number): boolean {
    const [reads, ...later] = this.#groups.slice(position).map(readBy);
    return ![...reads.slice(read + 1), ...later.flat()].includes(reads[read]);
  }

  /** @param isLastUse whether the tensor that an addition reads is read no more */
  #tail(it: TailDraft, isLastUse: () => boolean): Tail {
    if ("other" in it) return this.#addition(it, isLastUse());
    if ("placement" in it) return this.#stage(it);
    return "window" in it ? poolStage(it) : functionStage(it);
  }

  #stage({ placement, steps, domain, size, zero, thinned }: ConvolutionDraft): Stage {
    return {
      placement,
      scalings: steps.map((it) => this.#scalings.get(it)!),
      geometry: domain.geometry(size),
      zero,
      ...(thinned && { thinned: thinnedTo(thinned) }),
    };
  }

  #addition(
    { node, domain, other, isOtherFirst, first, second }: AdditionDraft,
    isLastUse: boolean,
  ): Addition {
    return {
      scaling: fitAddition(node, first, second, domain.bits)!,
      other: this.#tensors.get(other)!,
      isOtherFirst,
      isLastUse,
    };
  }

  #ending({ made, average, isLeft, output }: DraftGroup): Ending {
    const { domain, size, channels, values } = made;
    if (average) return { to: "average", least: values.least, ...average };
    if (isLeft) {
      const isPlanar = !this.#isObservable && denseUsers(this.#graph, output) !== undefined;
      const inWords = !isPlanar && isWords(domain.geometry(size), channels);
      const slot = inWords ? { slot: this.#slots.take(WORDS_PLACES) } : {};
      return { to: "bytes", index: 0, least: values.least, channels, isPlanar, ...slot };
    }
    const perPlane = Math.floor(domain.bits / 8);
    const slot = this.#slots.take(planeCount({ channels, perPlane }));
    const tensor = { geometry: domain.geometry(size), channels, ...values, perPlane, slot };
    this.#tensors.set(output, tensor);
    return { to: "planes", tensor };
  }
}

function functionStage({ domain, size, scalingAt }: FunctionDraft): FunctionStage {
  return { geometry: domain.geometry(size), scaling: scalingAt(domain.bits) };
}

function poolStage({ domain, size, window, clampAt, meanAt, thinned }: PoolDraft): PoolStage {
  return {
    geometry: domain.geometry(size),
    window,
    ...(clampAt && { clamp: clampAt(domain.bits) }),
    ...(meanAt && { mean: meanAt(domain.bits) }),
    ...(thinned && { thinned: thinnedTo(thinned) }),
  };
}

function thinnedTo({ domain, size, slow, fast }: ThinnedDraft): Thinned {
  return { geometry: domain.geometry(size), slow, fast };
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

/** The tensors that a layer reads as planes, if they are planes, in the order in which it does. */
function readBy({ input, tail }: DraftGroup): TensorId[] {
  return [input, ...tail.flatMap((it) => ("other" in it ? [it.other] : []))];
}
