/** graph → layers of planes whose weights are data, in `weights.bin`. */

import type { Interval } from "../../../arithmetic/scaling.js";
import type { Graph, TensorId } from "../../../graph/graph.js";
import { planeCount } from "../../../graph/lanes.js";
import { Node } from "../../../ops/node.js";
import { convolutionOf, type Filter } from "../../convolution.js";
import type { Domain } from "../domain.js";
import { type ConvolutionDraft, type DraftGroup, Drafts, type Values } from "../drafts.js";
import type { Ending } from "../ending.js";
import type { Geometry } from "../geometry.js";
import { accumulators, type Source, strideFor } from "../head.js";
import type { Planes, PlanesLayer, Resting } from "../island.js";
import { laneBits } from "../requantization.js";
import { Slots } from "../slots.js";
import { FEW_CHANNELS, isGlobalAverage, suitedOps } from "../suited.js";
import { type PlaneTensor, planeBytes } from "../tensor.js";
import { type Digits, fitDigits, isSigned } from "./digits.js";
import { ownPlanes, type TailStage, writeLayer } from "./layer.js";
import { PER_PLANE } from "./load.js";

export interface DataOptions {
  /**
   * Whether the text and all widths shall do for any weights, biases and scales in the place of these. If not, lanes are as
   * narrow as these weights allow.
   */
  readonly isUpdatable: boolean;
  /**
   * Whether numbers in `weights.bin` shall take few bytes, rather than be read fast. Where they are of these weights alone, those
   * that are equal are stored once then, if that takes less.
   */
  readonly isCompact: boolean;
}

/** The narrowest lanes: where weights are known, and where factors down to 2^-11 or so are to be exact whatever they are. */
const LEAST_BITS = { these: 16, any: 20 };
const MOST_BITS = 30;

/**
 * Plans as many of the given operators as planes with weights as data suit.
 *
 * With `isUpdatable`, the layers' code, their places and the layout of `weights.bin` depend on shapes, zero points and
 * activations alone, as long as all operators are taken: one whose factors or biases are too great for the room that
 * lanes have is not, and those that lie in lanes with it neither.
 *
 * @param ops positions of the operators to take
 * @returns undefined where there are none, or no exact arithmetic in lanes
 */
export function planDataPlanes(
  graph: Graph,
  ops: ReadonlySet<number>,
  options: DataOptions,
): Planes | undefined {
  const without = new Set([...graph.ops.keys()].filter((index) => !ops.has(index) || !isKnown(graph, index)));
  for (;;) {
    const { groups, strays } = new Drafts(graph, suitedOps(graph, 1, without, FEW_CHANNELS));
    if (groups.length === 0) return undefined;
    const writer = new Writer(graph, groups, options);
    const failed = strays.length > 0 ? strays : writer.unfit();
    if (failed.length === 0) return writer.write();
    for (const index of failed) without.add(index);
  }
}

/** Whether it is an operator whose output channels are alike in what they read. */
function isKnown(graph: Graph, index: number): boolean {
  const { ops, tensors } = graph;
  const { kind, inputs, outputs } = ops[index];
  if (outputs.length === 0 || tensors[outputs[0]].dtype !== "int8") return false; // ASSIGN_VARIABLE has no output
  if (kind === "CONV_2D") return true;
  if (kind === "AVERAGE_POOL_2D") return isGlobalAverage(new Node(graph, ops[index]));
  if (kind !== "DEPTHWISE_CONV_2D") return false;
  const [from, to] = [tensors[inputs[0]!].shape[3], tensors[outputs[0]].shape[3]];
  return from === 1 || from === to;
}

/** How a domain's lanes lie, and the constants of each stage that is computed in them. */
interface Fit {
  readonly stride: number;
  readonly bits: number;
  readonly digits: ReadonlyMap<ConvolutionDraft, readonly Digits[]>;
}

class Writer {
  readonly #graph: Graph;
  readonly #groups: readonly DraftGroup[];
  readonly #options: DataOptions;
  readonly #stages: ReadonlyMap<DraftGroup, readonly ConvolutionDraft[]>;
  readonly #fits = new Map<Domain, Fit>();
  readonly #slots = new Slots();
  readonly #tensors = new Map<TensorId, PlaneTensor>();

  constructor(graph: Graph, groups: readonly DraftGroup[], options: DataOptions) {
    this.#graph = graph;
    this.#groups = groups;
    this.#options = options;
    this.#stages = new Map(groups.map((group) => [group, stagesOf(graph, group)]));
  }

  /** Chooses how lanes lie. @returns the operators for which none will do */
  unfit(): number[] {
    const failed: number[] = [];
    for (const [domain, use] of this.#uses()) {
      const fit = fitDomain(use, this.#options);
      if (fit) this.#fits.set(domain, fit);
      else
        failed.push(
          ...this.#groups
            .filter((it) => this.#stages.get(it)!.some((stage) => stage.domain === domain))
            .flatMap(({ ops }) => ops),
        );
    }
    return failed;
  }

  write(): Planes | undefined {
    const layers: PlanesLayer[] = [];
    for (const [position, group] of this.#groups.entries()) {
      const layer = this.#layer(group, position);
      if (!layer) return undefined;
      layers.push(layer);
    }
    const resting = [...this.#tensors].map(([id, tensor]): Resting => {
      const maker = this.#groups.find(({ output }) => output === id)!;
      const reader = this.#groups.findLast(({ input }) => input === id)!;
      return { bytes: planeBytes(tensor), from: maker.ops[0], to: reader.ops[0] };
    });
    return { layers, resting, planes: this.#slots.count };
  }

  /** What each domain has to hold. */
  #uses(): Map<Domain, Use> {
    const uses = new Map<Domain, Use>();
    const use = (domain: Domain) => {
      const known = uses.get(domain) ?? { columns: [], stages: [] };
      uses.set(domain, known);
      return known;
    };
    const made = new Map<TensorId, Values>();
    for (const group of this.#groups) {
      const { head, input, output } = group;
      let x = valuesAbove(made.get(input), head);
      for (const stage of this.#stages.get(group)!) {
        const { domain, size, placement, thinned } = stage;
        use(domain).columns.push(size.columns, strideFor(placement, size.columns));
        use(domain).stages.push({ stage, x });
        if (thinned) use(thinned.domain).columns.push(thinned.size.columns);
        const { min, max, zeroPoint } = placement.convolution.filters[0].requantization;
        x = { min: min - zeroPoint, max: max - zeroPoint };
      }
      made.set(output, group.made.values);
    }
    return uses;
  }

  #layer(group: DraftGroup, position: number): PlanesLayer | undefined {
    const { input, output, ops } = group;
    const from = this.#tensors.get(input);
    const isLastUse = !this.#groups.slice(position + 1).some((it) => it.input === input);
    const source: Source = from ? { at: "planes", tensor: from, isLastUse } : { at: "arena" };
    const [head, ...tail] = this.#stages.get(group)!;
    const own = ownPlanes(head, source);
    const scratch = this.#slots.take(own);
    // What is brought into planes of the layer's own makes room before the first output comes.
    if (from && isLastUse) this.#slots.free(from.slot, planeCount(from));
    const ending = this.#ending(group);
    const outputs = ending.to === "planes" ? [] : [output];
    const lowering = writeLayer({
      name: this.#graph.ops[ops[ops.length - 1]].name,
      source,
      head: this.#stage(head),
      tail: tail.map((it) => this.#stage(it)),
      ending,
      inputs: from ? [] : [input],
      outputs,
      scratch,
      places: Math.max(this.#slots.used, from ? from.slot + planeCount(from) : 0),
      isCompact: this.#options.isCompact,
      hasBook: this.#options.isCompact && !this.#options.isUpdatable,
    });
    this.#slots.free(scratch, own);
    return lowering && { ops, lowering, outputs };
  }

  #stage(draft: ConvolutionDraft): TailStage {
    const { placement, domain, size, zero, thinned } = draft;
    return {
      placement,
      geometry: this.#geometry(domain, size),
      digits: this.#fits.get(domain)!.digits.get(draft)!,
      zero,
      ...(thinned && { thinned: { ...thinned, geometry: this.#geometry(thinned.domain, thinned.size) } }),
    };
  }

  #geometry(domain: Domain, { rows, columns }: ConvolutionDraft["size"]): Geometry {
    const { stride, bits } = this.#fits.get(domain)!;
    return { rows, columns, stride, bits, element: 8, transposed: domain.isTransposed };
  }

  #ending({ made, average, isLeft, output }: DraftGroup): Ending {
    const { domain, size, channels, values } = made;
    if (average) return { to: "average", least: values.least, ...average };
    if (isLeft) return { to: "bytes", index: 0, least: values.least, channels, isPlanar: false };
    const slot = this.#slots.take(planeCount({ channels, perPlane: PER_PLANE }));
    const geometry = this.#geometry(domain, size);
    const tensor = { geometry, channels, ...values, perPlane: PER_PLANE, slot, bands: 1, isHalved: false };
    this.#tensors.set(output, tensor);
    return { to: "planes", tensor };
  }
}

/** The convolutions of a group, with the biases that the model has; no ADD is among them. */
function stagesOf(graph: Graph, { head, tail, ops }: DraftGroup): ConvolutionDraft[] {
  return [head, ...(tail as ConvolutionDraft[])].map((stage, i) => {
    const { placement } = stage;
    const { filters } = convolutionOf(new Node(graph, graph.ops[ops[i]]));
    return { ...stage, placement: { ...placement, convolution: { ...placement.convolution, filters } } };
  });
}

/** The values of a head's input above the zero point. */
function valuesAbove(values: Values | undefined, { placement }: ConvolutionDraft): Interval {
  const zeroPoint = placement.convolution.inputZeroPoint;
  return values
    ? { min: -values.zero, max: values.most - values.zero }
    : { min: -128 - zeroPoint, max: 127 - zeroPoint };
}

interface Use {
  readonly columns: number[];
  /** Stages, and the values of their inputs. */
  readonly stages: { readonly stage: ConvolutionDraft; readonly x: Interval }[];
}

/** The least stride, and the narrowest lanes that hold all sums and in which all of them are requantized exactly. */
function fitDomain({ columns, stages }: Use, { isUpdatable }: DataOptions): Fit | undefined {
  const needed = stages.flatMap(({ stage, x }) =>
    stage.placement.convolution.filters.map((filter) => laneBitsFor(sums(filter, x, isUpdatable))),
  );
  const least = Math.max(isUpdatable ? LEAST_BITS.any : LEAST_BITS.these, ...needed);
  for (let bits = least; bits <= (isUpdatable ? least : MOST_BITS); bits++) {
    const digits = new Map<ConvolutionDraft, readonly Digits[]>();
    for (const { stage, x } of stages) {
      const found = stage.placement.convolution.filters.map((filter) =>
        fitFilter(filter, x, bits, isUpdatable),
      );
      if (found.every((it) => it !== undefined)) digits.set(stage, found);
    }
    if (digits.size === stages.length) return { stride: Math.max(...columns), bits, digits };
  }
  return undefined;
}

/** Every sum of products that a lane is to hold. Where signs count, the bias is in it, and takes half as much again. */
function sums(filter: Filter, x: Interval, isAny: boolean): Interval {
  const signed = isSigned(filter.requantization);
  if (!isAny) return accumulators(signed ? filter : { ...filter, bias: 0 }, x);
  const count = filter.taps.length * (signed ? 1.5 : 1);
  return {
    min: Math.floor(count * Math.min(-128 * x.max, 127 * x.min)),
    max: Math.ceil(count * Math.max(127 * x.max, -128 * x.min)),
  };
}

/** Bits of a lane whose middle stands for 0. */
function laneBitsFor({ min, max }: Interval): number {
  return laneBits({ min: 0, max: Math.ceil(Math.max(-min - 1, max, 1)) }) + 1;
}

function fitFilter(filter: Filter, x: Interval, bits: number, isAny: boolean): Digits | undefined {
  const { requantization, bias } = filter;
  const inLanes = sums(filter, x, isAny);
  if (!isSigned(requantization)) return fitDigits(requantization, inLanes, bias, bits);
  const most = isAny ? Math.min(-inLanes.min, inLanes.max) / 3 : Number.POSITIVE_INFINITY;
  return Math.abs(bias) <= most ? fitDigits(requantization, inLanes, 0, bits) : undefined;
}
