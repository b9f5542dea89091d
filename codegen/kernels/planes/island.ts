/** Finds the operators of a graph that planes suit, and plans their layers. */
import { activationRange } from "../../arithmetic/activation.js";
import { type Steps, stepsOf } from "../../arithmetic/scaling.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import { Node } from "../../ops/node.js";
import type { GeneratedLowering } from "../../ops/operator.js";
import type { PoolAttributes } from "../../ops/support/pool.js";
import { type Convolution, convolutionOf } from "../convolution.js";
import type { Ending } from "./ending.js";
import { type Geometry, span } from "./geometry.js";
import { type Group, type Stage, scratchPlanes, writeGroup } from "./group.js";
import { accumulators, type Placement, place, type Source, strideFor } from "./head.js";
import { fitLanes, type LaneScaling, laneBits } from "./requantization.js";
import { type PlaneTensor, planeCount } from "./tensor.js";

/** A layer of planes, and the operators that it computes. */
export interface PlanesLayer {
  readonly ops: readonly number[];
  readonly lowering: GeneratedLowering;
  readonly outputs: readonly TensorId[];
}

export interface Planes {
  readonly layers: readonly PlanesLayer[];
  /** How many places of `memory.planes` they take. */
  readonly planes: number;
}

/** The widest lanes that are tried. */
const MOST_BITS = 30;

/** Channels of an input in the arena beyond which it is not brought into planes. */
const MOST_INPUT_CHANNELS = 4;

/** Tensors of one size: their planes share stride and bits, so that they can be computed with one another. */
interface Domain {
  readonly isTransposed: boolean;
  readonly placements: { readonly placement: Placement; readonly columns: number }[];
  readonly steps: Steps[][];
  stride: number;
  bits: number;
}

/** One operator of a group, before lanes have a width. */
interface Draft {
  readonly placement: Placement;
  readonly steps: readonly Steps[];
  readonly domain: Domain;
  readonly zero: number;
  readonly size: Size;
  readonly thinned?: {
    readonly domain: Domain;
    readonly size: Size;
    readonly slow: number;
    readonly fast: number;
  };
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** Lane values of a tensor. */
interface Values {
  readonly least: number;
  readonly most: number;
  readonly zero: number;
}

interface DraftGroup {
  readonly ops: number[];
  readonly head: Draft;
  readonly tail: Draft[];
  readonly input: TensorId;
  /** The tensor that the last stage makes. */
  output: TensorId;
  average?: { readonly min: number; readonly max: number };
}

/** What is known of a tensor in planes while groups are drafted. */
interface Known {
  readonly domain: Domain;
  readonly size: Size;
  readonly values: Values;
  readonly channels: number;
}

/** Plans as many operators as planes suit, from the first convolution on. */
export function planPlanes(graph: Graph): Planes | undefined {
  const suited = suitedOps(graph);
  const draft = new Drafts(graph, suited);
  for (const index of suited) draft.take(index);
  return draft.finish();
}

/** The operators whose results planes can hold to the end: each is used by others of them alone, or ends in one position. */
function suitedOps(graph: Graph): Set<number> {
  const suited = new Set<number>();
  for (const [index, op] of graph.ops.entries()) if (isSuited(new Node(graph, op))) suited.add(index);
  for (let before = -1; before !== suited.size; ) {
    before = suited.size;
    for (const index of suited) {
      const [output] = graph.ops[index].outputs;
      const users = usersOf(graph, output);
      const isPool = graph.ops[index].kind === "AVERAGE_POOL_2D";
      const producer = graph.ops.findIndex(({ outputs }) => outputs.includes(graph.ops[index].inputs[0]!));
      if (
        isPool
          ? !suited.has(producer)
          : graph.outputs.includes(output) || !users.every((it) => suited.has(it))
      )
        suited.delete(index);
      else if (!isPool && !suited.has(producer)) {
        const { shape } = graph.tensors[graph.ops[index].inputs[0]!];
        if (shape[3] > MOST_INPUT_CHANNELS) suited.delete(index);
      }
    }
  }
  return suited;
}

function isSuited(node: Node): boolean {
  const { kind } = node.op;
  if (kind === "AVERAGE_POOL_2D") return isGlobalPool(node);
  return (kind === "CONV_2D" || kind === "DEPTHWISE_CONV_2D") && node.input(0).shape[0] === 1;
}

/** Whether a pool's one window is the whole image. */
function isGlobalPool({ graph, op }: Node): boolean {
  const { attributes } = new Node<PoolAttributes>(graph, op);
  const [batches, height, width] = graph.tensors[op.inputs[0]!].shape;
  const { filterHeight, filterWidth, padding } = attributes;
  return batches === 1 && padding === "VALID" && filterHeight === height && filterWidth === width;
}

function usersOf(graph: Graph, tensor: TensorId): number[] {
  return graph.ops.flatMap((op, index) => (op.inputs.includes(tensor) ? [index] : []));
}

class Drafts {
  readonly #graph: Graph;
  readonly #suited: ReadonlySet<number>;
  readonly #groups: DraftGroup[] = [];
  readonly #known = new Map<TensorId, Known>();
  readonly #domains: Domain[] = [];
  readonly #taken = new Set<number>();

  constructor(graph: Graph, suited: ReadonlySet<number>) {
    this.#graph = graph;
    this.#suited = suited;
  }

  /** Drafts the group that operator `index` begins, unless an earlier one has it. */
  take(index: number): void {
    if (this.#taken.has(index)) return;
    const convolution = this.#convolution(index);
    const [input] = this.#graph.ops[index].inputs as [TensorId];
    const [output] = this.#graph.ops[index].outputs;
    const source = this.#known.get(input);
    const { strideHeight, strideWidth, inputZeroPoint: zero } = convolution;
    const isStrided = strideHeight > 1 || strideWidth > 1;
    const isTransposed = source?.domain.isTransposed ?? isBestTransposed(convolution);
    const domain = source && !isStrided ? source.domain : this.#domain(isTransposed);
    const x = source ? lifted(source.values) : { min: -128 - zero, max: 127 - zero };
    const head = this.#stage(convolution, domain, x, 0);
    const group: DraftGroup = { ops: [index], head, tail: [], input, output };
    this.#taken.add(index);
    this.#groups.push(group);
    this.#extend(group, {
      domain,
      size: head.size,
      values: valuesOf(convolution),
      channels: convolution.outputDepth,
    });
  }

  /** Adds what follows to a group, as long as it looks at one channel and nobody else uses what lies between. */
  #extend(group: DraftGroup, from: Known): void {
    let now = from;
    for (;;) {
      const users = usersOf(this.#graph, group.output);
      const next = users.length === 1 ? users[0] : -1;
      const op = this.#suited.has(next) ? this.#graph.ops[next] : undefined;
      if (op?.kind === "AVERAGE_POOL_2D") {
        const node = new Node<PoolAttributes>(this.#graph, op);
        group.average = activationRange(
          node.attributes.activation,
          node.perTensor(node.output(), "the output"),
        );
        group.ops.push(next);
        group.output = op.outputs[0];
        this.#taken.add(next);
        return;
      }
      if (op?.kind !== "DEPTHWISE_CONV_2D") break;
      const convolution = this.#convolution(next);
      if (convolution.outputDepth !== convolution.inputDepth) break;
      const values = valuesOf(convolution);
      const { strideHeight, strideWidth } = convolution;
      const { isTransposed } = now.domain;
      const dense = { ...convolution, strideHeight: 1, strideWidth: 1 };
      const stage = this.#stage(dense, now.domain, lifted(now.values), now.values.zero, now.size);
      const size = sizeOf(convolution, isTransposed);
      if (strideHeight > 1 || strideWidth > 1) {
        const domain = this.#domain(isTransposed);
        const [slow, fast] = isTransposed ? [strideWidth, strideHeight] : [strideHeight, strideWidth];
        group.tail.push({ ...stage, thinned: { domain, size, slow, fast } });
        now = { domain, size, values, channels: now.channels };
      } else {
        if (size.rows !== now.size.rows || size.columns !== now.size.columns) break;
        group.tail.push(stage);
        now = { ...now, values };
      }
      group.ops.push(next);
      group.output = op.outputs[0];
      this.#taken.add(next);
    }
    this.#known.set(group.output, now);
  }

  #convolution(index: number): Convolution {
    return convolutionOf(new Node(this.#graph, this.#graph.ops[index]));
  }

  #domain(isTransposed: boolean): Domain {
    const domain = { isTransposed, placements: [], steps: [], stride: 0, bits: 0 };
    this.#domains.push(domain);
    return domain;
  }

  #stage(
    convolution: Convolution,
    domain: Domain,
    x: { min: number; max: number },
    zero: number,
    size = sizeOf(convolution, domain.isTransposed),
  ): Draft {
    const placement = place(convolution, domain.isTransposed);
    const steps = convolution.filters.map((filter) =>
      stepsOf(filter.requantization, accumulators(filter, x)),
    );
    domain.placements.push({ placement, columns: size.columns });
    domain.steps.push(steps);
    return { placement, steps, domain, zero, size };
  }

  /** Chooses strides and lane widths, and writes the kernels. */
  finish(): Planes | undefined {
    const scalings = new Map<Steps, LaneScaling>();
    for (const domain of this.#domains) {
      const { placements, steps } = domain;
      if (placements.length > 0)
        domain.stride = Math.max(
          ...placements.map(({ placement, columns }) => strideFor(placement, columns)),
        );
      if (!fitDomain(domain, steps.flat(), scalings)) return undefined;
    }
    const slots = new Slots();
    const tensors = new Map<TensorId, PlaneTensor>();
    const layers: PlanesLayer[] = [];
    for (const [position, group] of this.#groups.entries()) {
      const stage = (draft: Draft): Stage => ({
        placement: draft.placement,
        scalings: draft.steps.map((it) => scalings.get(it)!),
        geometry: geometryOf(draft.domain, draft.size),
        zero: draft.zero,
        ...(draft.thinned && {
          thinned: {
            geometry: geometryOf(draft.thinned.domain, draft.thinned.size),
            slow: draft.thinned.slow,
            fast: draft.thinned.fast,
          },
        }),
      });
      const from = tensors.get(group.input);
      const isLastUse = !this.#groups.slice(position + 1).some(({ input }) => input === group.input);
      const source: Source = from ? { at: "planes", tensor: from, isLastUse } : { at: "arena" };
      const head = stage(group.head);
      const scratch = slots.take(scratchPlanes(head, source));
      const ending = this.#ending(group, slots, tensors);
      const written: Group = {
        source,
        head,
        tail: group.tail.map(stage),
        ending,
        inputs: from ? [] : [group.input],
        outputs: ending.to === "average" ? [group.output] : [],
        scratch,
      };
      const lowering = writeGroup(written);
      if (!lowering) return undefined;
      layers.push({ ops: group.ops, lowering, outputs: written.outputs });
      slots.free(scratch, scratchPlanes(head, source));
      if (from && isLastUse) slots.free(from.slot, planeCount(from));
    }
    return { layers, planes: slots.count };
  }

  #ending(group: DraftGroup, slots: Slots, tensors: Map<TensorId, PlaneTensor>): Ending {
    const last = this.#convolution(group.ops[group.ops.length - (group.average ? 2 : 1)]);
    const values = valuesOf(last);
    if (group.average) return { to: "average", least: values.least, ...group.average };
    const { domain, size, channels } = this.#known.get(group.output)!;
    const perPlane = Math.floor(domain.bits / 8);
    const tensor: PlaneTensor = {
      geometry: geometryOf(domain, size),
      channels,
      ...values,
      perPlane,
      slot: slots.take(planeCount({ channels, perPlane })),
    };
    tensors.set(group.output, tensor);
    return { to: "planes", tensor };
  }
}

/** The narrowest lanes in which every sum of a domain is requantized exactly. */
function fitDomain(domain: Domain, steps: readonly Steps[], scalings: Map<Steps, LaneScaling>): boolean {
  const least = Math.max(16, ...steps.map(({ range }) => laneBits(range)));
  for (let bits = least; bits <= MOST_BITS; bits++) {
    const fits = steps.map((it) => [it, fitLanes(it, bits)] as const);
    if (fits.some(([, fit]) => !fit)) continue;
    for (const [it, fit] of fits) scalings.set(it, fit!);
    domain.bits = bits;
    return true;
  }
  return false;
}

function geometryOf({ stride, bits, isTransposed }: Domain, { rows, columns }: Size): Geometry {
  return { rows, columns, stride, bits, transposed: isTransposed };
}

function sizeOf({ outputHeight, outputWidth }: Convolution, isTransposed: boolean): Size {
  return isTransposed
    ? { rows: outputWidth, columns: outputHeight }
    : { rows: outputHeight, columns: outputWidth };
}

/** Whether rows along the height waste fewer lanes; turning the input costs something, too. */
function isBestTransposed(convolution: Convolution): boolean {
  if (convolution.inputDepth > 1) return false;
  const lanes = (isTransposed: boolean) => {
    const size = sizeOf(convolution, isTransposed);
    const stride = strideFor(place(convolution, isTransposed), size.columns);
    return span({ ...size, stride, bits: 0, transposed: isTransposed });
  };
  return lanes(true) < 0.93 * lanes(false);
}

/** The values of what a convolution makes. */
function valuesOf({ filters }: Convolution): Values {
  const { min, max, zeroPoint } = filters[0].requantization;
  return { least: min, most: max - min, zero: zeroPoint - min };
}

/** Values above the zero point. */
function lifted({ most, zero }: Values): { min: number; max: number } {
  return { min: -zero, max: most - zero };
}

/** Which places of `memory.planes` are free. */
class Slots {
  count = 0;
  readonly #free: boolean[] = [];

  take(length: number): number {
    let first = 0;
    for (let run = 0; run < length; ) {
      if (this.#free[first + run] === false) {
        first += run + 1;
        run = 0;
      } else run++;
    }
    for (let i = 0; i < length; i++) this.#free[first + i] = false;
    this.count = Math.max(this.count, first + length);
    return first;
  }

  free(first: number, length: number): void {
    for (let i = 0; i < length; i++) this.#free[first + i] = true;
  }
}
