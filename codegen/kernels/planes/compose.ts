/** Drafts and a way to compute them → what is written. */

import type { Steps } from "../../arithmetic/scaling.js";
import { byteLength, type Graph, type TensorId } from "../../graph/graph.js";
import { type Lanes, placeCount } from "../../graph/lanes.js";
import { denseUsers } from "../../plan/planar.js";
import { fitAddition } from "./addition.js";
import { BANDS, bandedRows } from "./bands.js";
import type { Domain } from "./domain.js";
import type {
  AdditionDraft,
  ConvolutionDraft,
  DraftGroup,
  Known,
  TailDraft,
  ThinnedDraft,
} from "./drafts.js";
import type { FunctionDraft, PoolDraft } from "./elementwise-drafts.js";
import type { FunctionStage, PoolStage, Thinned } from "./elementwise-stages.js";
import { type Ending, isWords, WORDS_PLACES } from "./ending.js";
import { type Geometry, remembered } from "./geometry.js";
import { type Addition, type Group, type Stage, scratchPlanes, type Tail } from "./group.js";
import { type Handover, handOver } from "./handover.js";
import { type Placement, place, type Source } from "./head.js";
import type { LaneScaling } from "./requantization.js";
import { edgesOf, isAligned, type Rows } from "./rows.js";
import type { Slots } from "./slots.js";
import { isGiven } from "./suited.js";
import type { PlaneTensor } from "./tensor.js";
import type { Rest, Way } from "./ways.js";
import { inPairs } from "./winograd.js";

/** How the tensors of a domain rest. */
export type RestOf = (domain: Domain) => Rest;

export class Composer {
  readonly groups: readonly DraftGroup[];
  readonly #graph: Graph;
  readonly #scalings: ReadonlyMap<Steps, LaneScaling>;
  readonly #isObservable: boolean;

  constructor(
    graph: Graph,
    groups: readonly DraftGroup[],
    scalings: ReadonlyMap<Steps, LaneScaling>,
    isObservable: boolean,
  ) {
    this.#graph = graph;
    this.groups = groups;
    this.#scalings = scalings;
    this.#isObservable = isObservable;
  }

  /**
   * @param tensors those that the group reads
   * @param slots from which it takes places, and to which it gives those of an input that `isBroughtFirst`
   * @param phases of its input, handed on by the layer before and to the next one
   */
  compose(
    position: number,
    way: Way,
    rest: RestOf,
    tensors: ReadonlyMap<TensorId, PlaneTensor>,
    slots: Slots,
    phases: Partial<Pick<Handover, "kept" | "found">> = {},
  ): Group {
    const group = this.groups[position];
    const rows = way.bands === 1 ? undefined : bandedRows(group, way.bands);
    const from = tensors.get(group.input);
    const isLastUse = this.isLastRead(position, 0);
    // Where bands add what they have looked at, the next one looks at it as well.
    const again = rows ? group.tail.findIndex((it) => "other" in it && it.other === group.input) : -1;
    const isLast = again < 0 ? isLastUse : this.isLastRead(position, readBy(group).lastIndexOf(group.input));
    const { isHalved } = rest(group.made.domain.root);
    const order = this.#order(group, way, isHalved, from);
    const source: Source = from
      ? {
          at: "planes",
          tensor: from,
          isLastUse: isLast,
          ...(rows && { rows: rows[0], isReadAgain: again >= 0 }),
          isSeparated: order === "separated",
          ...phases,
        }
      : { at: "arena" };
    const plain = this.#stage(group.head, rows?.slice(0, 2));
    const head = way.isPaired ? { ...plain, placement: this.#paired(group.head, plain.geometry)! } : plain;
    const own = scratchPlanes(head, source);
    // What rests lies low, so that the array is no longer than it must be.
    const isFreed = from && isBroughtFirst(source, own);
    if (isFreed) slots.free(from.slot, placeCount(from));
    const ending = this.#ending(group, rest, slots);
    const scratch = slots.take(own, isFreed ? from.slot + placeCount(from) : 0);
    const isSent = this.#isSent(group.output);
    const left = ending.to === "planes" && !isSent ? [] : [group.output];
    const observed = this.#isObservable ? group.results.filter(({ tensor }) => !left.includes(tensor)) : [];
    const given = this.givenTo(position);
    let reads = 1;
    const isLastReadOf = (other: TensorId) => {
      const isLastRead = this.isLastRead(position, reads++);
      return isLastRead && !(again >= 0 && other === group.input);
    };
    return {
      bands: way.bands,
      isHeadHalved: order !== "rows",
      isHalved,
      source,
      head,
      tail: group.tail.map((it, i) => this.#tail(it, rows?.slice(i + 1, i + 3), tensors, isLastReadOf)),
      beside: (group.join?.parts ?? []).map((id) =>
        id === null ? null : { tensor: tensors.get(id)!, isLastUse: isLastReadOf(id) },
      ),
      ending,
      ...(isSent && ending.to === "planes" && { sent: { isLastUse: !this.#isRead(group.output) } }),
      given: given.map((id) => tensors.get(id)!),
      observed: observed.map(({ made }, i) => ({
        index: left.length + i,
        least: made.values.least,
        channels: made.channels,
        isPlanar: false,
      })),
      inputs: from ? given : [group.input, ...given],
      outputs: [...left, ...observed.map(({ tensor }) => tensor)],
      scratch,
      places: Math.max(slots.used, from ? from.slot + placeCount(from) : 0),
    };
  }

  /**
   * What a group can hand to the next one.
   *
   * @param ways in which both are computed
   * @param tensors those that they read
   * @param slots from which it takes places
   */
  handOver(
    position: number,
    ways: readonly Way[],
    tensors: ReadonlyMap<TensorId, PlaneTensor>,
    slots: Slots,
  ): Handover | undefined {
    const [group, next] = this.groups.slice(position, position + 2);
    const tensor = tensors.get(group.input);
    if (!tensor || next?.input !== group.input || next.head.domain.root !== group.head.domain.root)
      return undefined;
    if (ways.some((way) => way.isPaired || way.bands > 1)) return undefined;
    const [from, to] = [group.head.placement, next.head.placement];
    return isStrided(from) && isStrided(to) ? handOver(tensor, from, to, slots) : undefined;
  }

  /**
   * The ways to compute a group, the plainest first.
   *
   * @param tensors those that it reads
   */
  ways(position: number, rest: RestOf, tensors: ReadonlyMap<TensorId, PlaneTensor>): Way[] {
    const group = this.groups[position];
    return BANDS.flatMap((bands) => {
      const plain = { bands, isPaired: false };
      if (!this.#isBanded(group, bands, rest, tensors)) return [];
      const rows = bands === 1 ? undefined : bandedRows(group, bands)!;
      const { geometry } = this.#stage(group.head, rows?.slice(0, 2));
      const isBrought = tensors.has(group.input) || !geometry.transposed;
      const isPaired = isBrought && this.#paired(group.head, geometry);
      const ways = isPaired ? [plain, { ...plain, isPaired: true }] : [plain];
      return ways.filter((way) => this.#isOrdered(group, way, rest, tensors));
    });
  }

  /** Whether a group can be computed in so many bands. */
  #isBanded(
    group: DraftGroup,
    bands: number,
    rest: RestOf,
    tensors: ReadonlyMap<TensorId, PlaneTensor>,
  ): boolean {
    if (bands === 1) return true;
    const { made, isLeft, input } = group;
    const rows = bandedRows(group, bands);
    const from = tensors.get(input);
    return (
      !this.#isObservable &&
      rows !== undefined &&
      from !== undefined &&
      (isLeft || rest(made.domain.root).bands % bands === 0) &&
      isAligned(from, rows[0]) &&
      group.tail.every((it, i) => !("other" in it) || isAligned(tensors.get(it.other)!, rows[i + 2]))
    );
  }

  /**
   * The order in which a head makes rows: one after another, or even ones before odd ones, because it takes them so, makes
   * them so or has them brought so.
   */
  #order(
    group: DraftGroup,
    { isPaired }: Way,
    isHalved: boolean,
    from?: PlaneTensor,
  ): "rows" | "halves" | "separated" {
    const { placement } = group.head;
    if (isPaired) return "halves";
    if (!from || !looksAlongRows(placement)) return "rows";
    if (placement.convolution.strideHeight === 1) return from.isHalved ? "halves" : "rows";
    return isHalved ? "separated" : "rows";
  }

  /** Whether a group can be computed in a way with rows in the orders in which tensors rest. */
  #isOrdered(
    group: DraftGroup,
    way: Way,
    rest: RestOf,
    tensors: ReadonlyMap<TensorId, PlaneTensor>,
  ): boolean {
    const { head, tail, made, isLeft, average } = group;
    const from = tensors.get(group.input);
    const { bands, isHalved } = rest(made.domain.root);
    if (!isHalved && !from?.isHalved) return true;
    if (this.#isObservable || (isLeft && !average) || tail.some((it) => "placement" in it || "window" in it))
      return false;
    const { strideHeight } = head.placement.convolution;
    const order = this.#order(group, way, isHalved, from);
    if (from?.isHalved) {
      const isTaken = way.isPaired || looksAlongRows(head.placement) || strideHeight === 2;
      if (!isTaken || (strideHeight === 2 && way.bands > 1) || strideHeight > 2) return false;
      if (head.placement.convolution.isDepthwise) return false;
      // Rows in halves are those of each band by itself: what is made of them is in the same bands, or put in order there.
      if (way.isPaired && way.bands !== from.bands) return false;
      if (order === "halves" && !way.isPaired && from.bands !== (isHalved ? bands : way.bands)) return false;
    }
    const isSame = (order !== "rows") === isHalved;
    if (isSame && order !== "separated" && !way.isPaired) return true;
    // What is put in order is one band, except that what is stored is cut into bands before.
    const isCut = order === "rows" || (way.isPaired && isHalved);
    return way.bands === bands || (isCut && tail.length === 0);
  }

  /** Bytes of the tensors in the arena that groups read and leave there, the greatest. */
  get arenaBytes(): number {
    const ids = this.groups.flatMap(({ input, output, isLeft }) => [
      ...(this.rests(input) && !isGiven(this.#graph, input) ? [] : [input]),
      ...(isLeft || this.#isSent(output) ? [output] : []),
    ]);
    return Math.max(0, ...ids.map((id) => byteLength(this.#graph.tensors[id])));
  }

  /** A tensor at rest. @param slot its first place */
  tensor(id: TensorId, rest: RestOf, slot: number): PlaneTensor {
    if (isGiven(this.#graph, id)) return { ...this.#graph.tensors[id].lanes!, slot };
    return restingAs(this.groups.find(({ output }) => output === id)!.made, rest, slot);
  }

  /** The tensors that rest, in the order in which they are there. */
  resting(): TensorId[] {
    const read = new Set(this.groups.flatMap(readBy));
    const given = this.#graph.inputs.filter((id) => read.has(id));
    return [...given, ...this.groups.map(({ output }) => output)].filter((id) => this.rests(id));
  }

  /** Whether a tensor is fed as planes, or made here and rests. */
  rests(id: TensorId): boolean {
    if (isGiven(this.#graph, id)) return true;
    return this.groups.some(({ output, isLeft, average }) => output === id && !isLeft && !average);
  }

  /** The groups that make a tensor and read it last, by their first operators; −1 where it is fed. */
  restOf(id: TensorId): { readonly from: number; readonly to: number } {
    const maker = this.groups.find(({ output }) => output === id);
    const reader = this.groups.findLast((it) => readBy(it).includes(id)) ?? maker;
    return { from: maker?.ops[0] ?? -1, to: reader!.ops[0] };
  }

  /** The tensors that are fed as planes, and that a group is the first to read. */
  givenTo(position: number): TensorId[] {
    const before = new Set(this.groups.slice(0, position).flatMap(readBy));
    const read = new Set(readBy(this.groups[position]));
    return [...read].filter((id) => isGiven(this.#graph, id) && !before.has(id));
  }

  /**
   * How tensors that operators of groups make, and others take, would lie if they were to be sent as planes.
   *
   * @param rest how tensors lie that rest
   */
  lanes(rest: RestOf): Map<TensorId, Lanes> {
    const found = new Map<TensorId, Lanes>();
    for (const { results, output } of this.groups)
      for (const { tensor, made } of results) {
        const isWithin = tensor !== output;
        const { slot: _, ...lanes } = restingAs(made, rest, 0);
        const isPlain = !lanes.isHalved && Number.isInteger(lanes.geometry.rows);
        if (this.rests(tensor) || (isWithin && isPlain)) found.set(tensor, lanes);
      }
    return found;
  }

  /** Whether a tensor is an output as planes. */
  #isSent(id: TensorId): boolean {
    return this.#graph.outputs.includes(id) && this.#graph.tensors[id].lanes !== undefined;
  }

  #isRead(id: TensorId): boolean {
    return this.groups.some((it) => readBy(it).includes(id));
  }

  /** Whether the tensor that a group reads is read no more, neither by the group itself nor by a later one. */
  isLastRead(position: number, read: number): boolean {
    const [reads, ...later] = this.groups.slice(position).map(readBy);
    return ![...reads.slice(read + 1), ...later.flat()].includes(reads[read]);
  }

  #paired({ placement }: ConvolutionDraft, geometry: Geometry): Placement | undefined {
    const { convolution } = placement;
    const isWhole = convolution.inputHeight === geometry.rows || geometry.transposed;
    const own = isWhole ? placement : onRows(placement, geometry.rows, convolution.padTop);
    return inPairs(own, geometry);
  }

  /** @param isLastUse whether what an addition reads may be let go as it does */
  #tail(
    it: TailDraft,
    rows: readonly Rows[] | undefined,
    tensors: ReadonlyMap<TensorId, PlaneTensor>,
    isLastUse: (other: TensorId) => boolean,
  ): Tail {
    if ("other" in it) return this.#addition(it, rows?.[1], tensors.get(it.other)!, isLastUse(it.other));
    if ("placement" in it) return this.#stage(it, rows);
    return "window" in it ? poolStage(it) : functionStage(it, rows?.[1]);
  }

  /** @param rows those that it reads and those that it makes, where it is computed in bands */
  #stage({ placement, steps, domain, size, zero, thinned }: ConvolutionDraft, rows?: readonly Rows[]): Stage {
    const geometry = domain.geometry(size);
    const scalings = steps.map((it) => this.#scalings.get(it)!);
    if (!rows)
      return { placement, scalings, geometry, zero, ...(thinned && { thinned: thinnedTo(thinned) }) };
    const [read, made] = rows;
    const { convolution } = placement;
    return {
      placement: onRows(placement, read.rows, 0),
      scalings,
      geometry: { ...geometry, rows: thinned ? (made.rows - 1) * thinned.slow + 1 : made.rows },
      zero,
      rows: read,
      edges: edgesOf(read, convolution.inputHeight),
      ...(thinned && { thinned: thinnedTo(thinned, made) }),
    };
  }

  #addition(
    { node, domain, isOtherFirst, first, second }: AdditionDraft,
    rows: Rows | undefined,
    other: PlaneTensor,
    isLastUse: boolean,
  ): Addition {
    const scaling = fitAddition(node, first, second, domain.bits)!;
    return { scaling, other, isOtherFirst, isLastUse, ...(rows && { rows }) };
  }

  #ending({ made, average, isLeft, output }: DraftGroup, rest: RestOf, slots: Slots): Ending {
    const { domain, size, channels, values } = made;
    if (average) return { to: "average", least: values.least, ...average };
    if (isLeft) {
      const isPlanar = !this.#isObservable && denseUsers(this.#graph, output) !== undefined;
      const inWords = !isPlanar && isWords(domain.geometry(size), channels);
      const slot = inWords ? { slot: slots.take(WORDS_PLACES) } : {};
      return { to: "bytes", index: 0, least: values.least, channels, isPlanar, ...slot };
    }
    const tensor = restingAs(made, rest, 0);
    return { to: "planes", tensor: { ...tensor, slot: slots.take(placeCount(tensor)) } };
  }
}

/** Whether the input of a layer is brought into its own planes, and let go, before its first output comes. */
export function isBroughtFirst(source: Source, own: number): boolean {
  return own > 0 && source.at === "planes" && source.isLastUse && !source.rows;
}

function restingAs({ domain, size, channels, values }: Known, restOf: RestOf, slot: number): PlaneTensor {
  const { bands, isHalved } = restOf(domain.root);
  const geometry = { ...domain.geometry(size), rows: size.rows / bands };
  return {
    geometry,
    bands,
    isHalved,
    channels,
    ...values,
    perPlane: Math.floor(domain.bits / domain.element),
    slot,
  };
}

function functionStage({ domain, size, scalingAt }: FunctionDraft, rows?: Rows): FunctionStage {
  const geometry = domain.geometry(size);
  return {
    geometry: rows ? { ...geometry, rows: rows.rows } : geometry,
    scaling: scalingAt(domain.bits),
  };
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

function thinnedTo({ domain, size, slow, fast }: ThinnedDraft, made?: Rows): Thinned {
  const geometry = domain.geometry(size);
  return { geometry: made ? { ...geometry, rows: made.rows } : geometry, slow, fast };
}

/** The tensors that a layer reads as planes, if they are planes, in the order in which it does. */
export function readBy({ input, tail, join }: DraftGroup): TensorId[] {
  const beside = join?.parts.filter((id) => id !== null) ?? [];
  return [input, ...tail.flatMap((it) => ("other" in it ? [it.other] : [])), ...beside];
}

const placedOnRows = remembered((_: Placement) => new Map<string, Placement>());

/** A placement on so many rows of its image; remembered, for estimates ask for the same ones again and again. */
function onRows(placement: Placement, inputHeight: number, padTop: number): Placement {
  const known = placedOnRows(placement);
  const key = `${inputHeight} ${padTop}`;
  const found = known.get(key) ?? place({ ...placement.convolution, inputHeight, padTop }, false);
  known.set(key, found);
  return found;
}

/** Whether a convolution has its input split into phases before it begins. */
function isStrided({ convolution }: Placement): boolean {
  const { strideHeight, strideWidth, isDepthwise } = convolution;
  return !isDepthwise && (strideHeight > 1 || strideWidth > 1);
}

/** Whether a convolution looks at one row of its input for each of its output. */
function looksAlongRows({ reach, phases, convolution }: Placement): boolean {
  return reach.dyMin === 0 && reach.dyMax === 0 && phases.length === 1 && !convolution.isDepthwise;
}
