/**
 * Groups operators into layers of planes before lanes have a width: which convolution begins a layer, what follows it
 * channel by channel, and which tensors are of one domain.
 */

import { requantize } from "../../../runtime/requantize.js";
import { activationRange } from "../../arithmetic/activation.js";
import { type Interval, type Requantization, type Steps, stepsOf } from "../../arithmetic/scaling.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import { type Lanes, span } from "../../graph/lanes.js";
import type { Op } from "../../graph/op.js";
import { Node } from "../../ops/node.js";
import { activationLimits } from "../../ops/support/activations.js";
import type { PoolAttributes } from "../../ops/support/pool.js";
import { type Convolution, convolutionOf, type Filter } from "../convolution.js";
import { type ElementBits, leastOf } from "../element.js";
import { fitAddition } from "./addition.js";
import { Domain, isAmong, type Size } from "./domain.js";
import { type FunctionDraft, functionDraft, type PoolDraft, poolDraft } from "./elementwise-drafts.js";
import { accumulators, type Placement, place, strideFor } from "./head.js";
import { isGiven, isGlobalAverage, isLeft, usersOf } from "./suited.js";

/** The values of a tensor: q − least, from 0 to `most`, and `zero` where q is the zero point. */
export interface Values {
  readonly least: number;
  readonly most: number;
  readonly zero: number;
}

/** A tensor in planes. */
export interface Known {
  readonly domain: Domain;
  readonly size: Size;
  readonly values: Values;
  readonly channels: number;
}

/** A convolution of a layer. */
export interface ConvolutionDraft {
  readonly placement: Placement;
  readonly steps: readonly Steps[];
  readonly domain: Domain;
  readonly size: Size;
  /** What zero is in its input, for stages after the first. */
  readonly zero: number;
  readonly thinned?: ThinnedDraft;
}

/** A stride after the first stage. */
export interface ThinnedDraft {
  readonly domain: Domain;
  readonly size: Size;
  readonly slow: number;
  readonly fast: number;
}

/** An ADD or SUB of what comes before and another tensor in planes. */
export interface AdditionDraft {
  readonly node: Node;
  readonly domain: Domain;
  readonly other: TensorId;
  readonly isOtherFirst: boolean;
  /** Values of its operands. */
  readonly first: Values;
  readonly second: Values;
}

export type TailDraft = ConvolutionDraft | AdditionDraft | FunctionDraft | PoolDraft;

/** Tensors in planes that the output of a layer is put beside, in order; null stands for that. */
export interface JoinDraft {
  readonly parts: readonly (TensorId | null)[];
}

export interface DraftGroup {
  readonly ops: number[];
  readonly head: ConvolutionDraft;
  readonly tail: TailDraft[];
  readonly input: TensorId;
  /** What the last operator makes, as planes; with an average, what the one before it makes. */
  made: Known;
  output: TensorId;
  /** Whether the output is to lie in the arena. */
  isLeft: boolean;
  /** The range of the average that comes last, where there is one. */
  average?: { readonly min: number; readonly max: number };
  /** What comes last where channels are put beside others. */
  join?: JoinDraft;
  /** What head and tail make, in order. */
  readonly results: Result[];
}

/** A tensor, as planes. */
export interface Result {
  readonly tensor: TensorId;
  readonly made: Known;
}

export class Drafts {
  readonly groups: DraftGroup[] = [];
  readonly domains: Domain[] = [];
  /** Operators that come after others, and for which there was no place. */
  readonly strays: number[] = [];
  readonly #graph: Graph;
  readonly #suited: ReadonlySet<number>;
  readonly #known = new Map<TensorId, Known>();
  readonly #taken = new Set<number>();

  /** @param suited the operators to draft, by position */
  constructor(graph: Graph, suited: ReadonlySet<number>) {
    this.#graph = graph;
    this.#suited = suited;
    for (const id of graph.inputs) if (isGiven(graph, id)) this.#given(id, graph.tensors[id].lanes!);
    for (const index of suited)
      if (this.#taken.has(index)) continue;
      else if (graph.ops[index].kind.endsWith("CONV_2D")) this.#begin(index);
      else this.strays.push(index);
  }

  #given(id: TensorId, lanes: Lanes): void {
    const { geometry, bands, channels, least, most, zero } = lanes;
    const size = { rows: bands * geometry.rows, columns: geometry.columns };
    const domain = this.#domain(geometry.transposed, size, geometry.element);
    domain.hold(lanes);
    this.#known.set(id, { domain, size, values: { least, most, zero }, channels });
  }

  #begin(index: number): void {
    const op = this.#graph.ops[index];
    const convolution = convolutionOf(this.#node(index));
    const { element, strideHeight, strideWidth, inputZeroPoint: zero } = convolution;
    const least = leastOf(element) - zero;
    const [input] = op.inputs as [TensorId];
    const source = this.#known.get(input);
    const isStrided = strideHeight > 1 || strideWidth > 1;
    const isTransposed = source?.domain.isTransposed ?? isBestTransposed(convolution);
    const domain =
      source && !isStrided
        ? source.domain
        : this.#domain(isTransposed, sizeOf(convolution, isTransposed), element);
    const x = source ? lifted(source.values) : { min: least, max: least + 2 ** element - 1 };
    const head = stage(op, convolution, domain, x, 0);
    const { size } = head;
    const made = { domain, size, values: valuesOf(convolution), channels: convolution.outputDepth };
    const [output] = op.outputs;
    const results = [{ tensor: output, made }];
    const group = { ops: [index], head, tail: [], input, made, output, isLeft: false, results };
    this.#taken.add(index);
    this.groups.push(group);
    while (this.#extend(group));
    this.#finish(group);
  }

  #finish(group: DraftGroup): void {
    group.isLeft = isLeft(this.#graph, this.#suited, group.output);
    if (!group.isLeft && !group.average) this.#known.set(group.output, group.made);
    this.#requireRest(group);
    const { lanes } = this.#graph.tensors[group.output];
    if (!lanes) return;
    if (group.isLeft || group.average) this.strays.push(group.ops[0]);
    else group.made.domain.hold(lanes);
  }

  /** What is put side by side is for planes alone. */
  #requireRest({ ops, join, isLeft }: DraftGroup): void {
    if (join && isLeft) this.strays.push(ops[ops.length - 1]);
  }

  /** Adds what follows to a group where it looks at one channel and nobody else uses what lies between. */
  #extend(group: DraftGroup): boolean {
    const users = usersOf(this.#graph, group.output);
    const next = users.length === 1 && !this.#graph.outputs.includes(group.output) ? users[0] : -1;
    if (!this.#suited.has(next) || group.average || group.join) return false;
    if (!this.#take(group, next)) return false;
    group.ops.push(next);
    group.output = this.#graph.ops[next].outputs[0];
    if (!group.average) group.results.push({ tensor: group.output, made: group.made });
    this.#taken.add(next);
    return true;
  }

  /** Adds an operator to a group if there is a place for it. */
  #take(group: DraftGroup, index: number): boolean {
    switch (this.#graph.ops[index].kind) {
      case "DEPTHWISE_CONV_2D":
        return this.#depthwise(group, index);
      case "ADD":
      case "SUB":
        return this.#addition(group, index);
      case "CONCATENATION":
        return this.#concatenation(group, index);
      case "RELU":
      case "RELU6":
      case "LEAKY_RELU":
        return this.#elementwise(group, functionDraft(this.#node(index), group.made));
      case "MAX_POOL_2D":
      case "AVERAGE_POOL_2D":
        return this.#pool(group, new Node<PoolAttributes>(this.#graph, this.#graph.ops[index]));
      default:
        return false;
    }
  }

  #pool(group: DraftGroup, node: Node<PoolAttributes>): boolean {
    if (isGlobalAverage(node)) return this.#average(group, node);
    const { isTransposed, element } = group.made.domain;
    return this.#elementwise(
      group,
      poolDraft(node, group.made, (size) => this.#domain(isTransposed, size, element)),
    );
  }

  #elementwise(group: DraftGroup, found?: { draft: FunctionDraft | PoolDraft; made: Known }): boolean {
    if (!found) return false;
    group.tail.push(found.draft);
    group.made = found.made;
    return true;
  }

  #average(group: DraftGroup, node: Node<PoolAttributes>): boolean {
    const { domain, size, values } = group.made;
    const most = size.rows * size.columns * values.most;
    domain.require(node.op, (bits) => most < 2 ** Math.min(bits, 31));
    const output = node.perTensor(node.output(), "the output");
    group.average = activationRange(node.attributes.activation, output, activationLimits(node));
    return true;
  }

  #addition(group: DraftGroup, index: number): boolean {
    const node = this.#node(index);
    const [a, b] = [node.inputId(0), node.inputId(1)];
    const isOtherFirst = b === group.output;
    const id = isOtherFirst ? a : b;
    const other = this.#known.get(id);
    const { made } = group;
    if (!other || a === b || other.domain.isTransposed !== made.domain.isTransposed) return false;
    const [first, second] = isOtherFirst ? [other.values, made.values] : [made.values, other.values];
    made.domain.join(other.domain);
    made.domain.require(node.op, (bits) => fitAddition(node, first, second, bits) !== undefined);
    group.tail.push({ node, domain: made.domain, other: id, isOtherFirst, first, second });
    const output = node.perTensor(node.output(), "the output");
    const { activation } = new Node<PoolAttributes>(this.#graph, node.op).attributes;
    group.made = { ...made, values: valuesIn({ ...activationRange(activation, output), ...output }) };
    return true;
  }

  #concatenation(group: DraftGroup, index: number): boolean {
    const op = this.#graph.ops[index];
    const ids = op.inputs as readonly TensorId[];
    const { made } = group;
    const parts = ids.map((id) => (id === group.output ? made : this.#known.get(id)));
    const isAlike = (it: Known | undefined): it is Known =>
      it !== undefined &&
      it.domain.isTransposed === made.domain.isTransposed &&
      it.values.least === made.values.least &&
      it.values.zero === made.values.zero;
    if (!parts.every(isAlike)) return false;
    for (const { domain } of parts) made.domain.join(domain);
    const before = parts.slice(0, -1).map(({ channels }) => channels);
    const perPlane = (bits: number) => Math.floor(bits / made.domain.element);
    made.domain.require(op, (bits) => before.every((channels) => channels % perPlane(bits) === 0));
    group.join = { parts: ids.map((id) => (id === group.output ? null : id)) };
    const most = Math.max(...parts.map(({ values }) => values.most));
    const channels = parts.reduce((sum, it) => sum + it.channels, 0);
    group.made = { ...made, values: { ...made.values, most }, channels };
    return true;
  }

  #depthwise(group: DraftGroup, index: number): boolean {
    const convolution = convolutionOf(this.#node(index));
    const { made } = group;
    const { isTransposed, element } = made.domain;
    const { strideHeight, strideWidth, inputDepth, outputDepth } = convolution;
    const isStrided = strideHeight > 1 || strideWidth > 1;
    const size = sizeOf(convolution, isTransposed);
    if (outputDepth !== inputDepth) return false;
    if (!isStrided && (size.rows !== made.size.rows || size.columns !== made.size.columns)) return false;
    const [slow, fast] = isTransposed ? [strideWidth, strideHeight] : [strideHeight, strideWidth];
    if (!isAmong(made.size, size, slow, fast)) return false;
    const dense = { ...convolution, strideHeight: 1, strideWidth: 1 };
    const op = this.#graph.ops[index];
    const draft = stage(op, dense, made.domain, lifted(made.values), made.values.zero, made.size);
    const values = valuesOf(convolution);
    if (!isStrided) {
      group.tail.push(draft);
      group.made = { ...made, values };
      return true;
    }
    const domain = this.#domain(isTransposed, size, element);
    group.tail.push({ ...draft, thinned: { domain, size, slow, fast } });
    group.made = { domain, size, values, channels: made.channels };
    return true;
  }

  #node(index: number): Node {
    return new Node(this.#graph, this.#graph.ops[index]);
  }

  #domain(isTransposed: boolean, { columns }: Size, element: ElementBits): Domain {
    const domain = new Domain(isTransposed, columns, element);
    this.domains.push(domain);
    return domain;
  }
}

function stage(
  op: Op,
  convolution: Convolution,
  domain: Domain,
  x: Interval,
  zero: number,
  size = sizeOf(convolution, domain.isTransposed),
): ConvolutionDraft {
  const filters = convolution.filters.map((it) => ({ ...it, bias: isFolded(it) ? 0 : it.bias }));
  const placement = place({ ...convolution, filters }, domain.isTransposed);
  const steps = filters.map((it, i) =>
    stepsWith(it, accumulators(it, x), convolution.filters[i].bias - it.bias),
  );
  domain.add(op, placement, size.columns, steps);
  return { placement, steps, domain, zero, size };
}

/**
 * Whether a filter's bias is left to its requantization, so that all channels' accumulators begin at the same: that takes
 * outputs that do not tell the sign of accumulators, as those of 64-bit sums never do.
 */
function isFolded({ requantization: { min, zeroPoint, isLong } }: Filter): boolean {
  return isLong === true || min >= zeroPoint;
}

function stepsWith({ requantization }: Filter, range: Interval, addend: number): Steps {
  const output = ({ multiplier, shift, zeroPoint }: Requantization, acc: number) =>
    requantize(acc + addend, multiplier, shift) + zeroPoint;
  return { ...stepsOf(requantization, range, output), addend };
}

function sizeOf({ outputHeight, outputWidth }: Convolution, isTransposed: boolean): Size {
  return isTransposed
    ? { rows: outputWidth, columns: outputHeight }
    : { rows: outputHeight, columns: outputWidth };
}

/** Whether rows along the height waste so many lanes less that turning the input pays, which is one channel of bytes. */
function isBestTransposed(convolution: Convolution): boolean {
  if (convolution.inputDepth > 1 || convolution.element > 8) return false;
  const lanes = (isTransposed: boolean) => {
    const size = sizeOf(convolution, isTransposed);
    const stride = strideFor(place(convolution, isTransposed), size.columns);
    return span({ ...size, stride, bits: 0, element: 8, transposed: isTransposed });
  };
  return lanes(true) < 0.93 * lanes(false);
}

function valuesOf({ filters }: Convolution): Values {
  return valuesIn(filters[0].requantization);
}

function valuesIn({ min, max, zeroPoint }: { min: number; max: number; zeroPoint: number }): Values {
  return { least: min, most: max - min, zero: zeroPoint - min };
}

/** Values above the zero point. */
function lifted({ most, zero }: Values): Interval {
  return { min: -zero, max: most - zero };
}
