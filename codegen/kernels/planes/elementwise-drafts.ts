/** Functions and pools of one channel that follow in a layer of planes, before lanes have a width. */
import type { Op } from "../../graph/op.js";
import type { Node } from "../../ops/node.js";
import type { PoolAttributes } from "../../ops/support/pool.js";
import { windowConstants } from "../../ops/support/window.js";
import { type Domain, isAmong, type Size } from "./domain.js";
import type { Known, ThinnedDraft, Values } from "./drafts.js";
import type { DigitScaling } from "./elementwise-digits.js";
import { type FunctionScaling, fitClamp, fitFunction } from "./elementwise-function.js";
import {
  fitAverage,
  type LaneWindow,
  laneWindow,
  type MeanScaling,
  pooledValues,
} from "./elementwise-pooling.js";

/** A function of each byte. */
export interface FunctionDraft {
  readonly domain: Domain;
  readonly size: Size;
  /** How it is computed in lanes of a width that the domain has been told of. */
  readonly scalingAt: (bits: number) => FunctionScaling;
}

/** The greatest byte of each window, perhaps cut off, or their mean. */
export interface PoolDraft {
  readonly domain: Domain;
  readonly size: Size;
  readonly window: LaneWindow;
  readonly clampAt?: (bits: number) => DigitScaling;
  readonly meanAt?: (bits: number) => MeanScaling;
  readonly thinned?: ThinnedDraft;
}

/** What is to follow, and what it makes. */
interface Drafted<T> {
  readonly draft: T;
  readonly made: Known;
}

/** Lanes of this width must have room for what is drafted; those of a domain are chosen later. */
const USUAL_BITS = 24;

/** @param node a RELU, RELU6 or LEAKY_RELU of what was made; @returns undefined where lanes do not suit it */
export function functionDraft(node: Node, made: Known): Drafted<FunctionDraft> | undefined {
  const { domain, size } = made;
  const found = fitFunction(node, made.values, USUAL_BITS);
  const values = found && valuesFor(node, found);
  if (!values) return undefined;
  const scalingAt = required(domain, node.op, (bits) => fitFunction(node, made.values, bits)?.scaling);
  return { draft: { domain, size, scalingAt }, made: { ...made, values } };
}

/**
 * @param node a MAX_POOL_2D or AVERAGE_POOL_2D of what was made
 * @param domainFor begins a domain of tensors of another size
 * @returns undefined where lanes do not suit it
 */
export function poolDraft(
  node: Node<PoolAttributes>,
  made: Known,
  domainFor: (size: Size) => Domain,
): Drafted<PoolDraft> | undefined {
  const { domain, size, values: before } = made;
  const { isTransposed } = domain;
  const isMean = node.op.kind === "AVERAGE_POOL_2D";
  const pooled = pooledValues(node, before);
  const values = valuesFor(node, pooled);
  const isCut = !isMean && (pooled.least !== before.least || pooled.most !== before.most);
  // Tables of all values are for bytes.
  if (domain.element > 8 && (isMean || isCut)) return undefined;
  const meanIn = (bits: number) => fitAverage(node, before, bits);
  const clampIn = (bits: number) => fitClamp(before, pooled, bits);
  if (!values || (isMean && !meanIn(USUAL_BITS)) || (isCut && !clampIn(USUAL_BITS))) return undefined;
  const { filterHeight, filterWidth } = node.attributes;
  const it = windowConstants(node, filterHeight, filterWidth);
  const window = laneWindow(node, isTransposed);
  const [slow, fast, rows, columns] = isTransposed
    ? [it.strideWidth, it.strideHeight, it.outputWidth, it.outputHeight]
    : [it.strideHeight, it.strideWidth, it.outputHeight, it.outputWidth];
  if (!isAmong(size, { rows, columns }, slow, fast)) return undefined;
  const last = (columns - 1) * fast - window.columnsBefore + window.columns;
  domain.widen(size.columns + Math.max(window.columnsBefore, last - size.columns));
  const isThinned = rows !== size.rows || columns !== size.columns;
  const thinned = isThinned && { domain: domainFor({ rows, columns }), size: { rows, columns }, slow, fast };
  const draft = {
    domain,
    size,
    window,
    ...(isMean && { meanAt: required(domain, node.op, meanIn) }),
    ...(isCut && { clampAt: required(domain, node.op, clampIn) }),
    ...(thinned && { thinned }),
  };
  return { draft, made: { ...made, ...(thinned && { domain: thinned.domain, size: thinned.size }), values } };
}

/** What fits lanes of all widths that a domain may then have. */
function required<T>(domain: Domain, op: Op, at: (bits: number) => T | undefined): (bits: number) => T {
  domain.require(op, (bits) => at(bits) !== undefined);
  return (bits) => at(bits)!;
}

/** Values and where the zero point is among them; undefined where it is not, so that padding is no lane's value. */
function valuesFor(node: Node, { least, most }: Pick<Values, "least" | "most">): Values | undefined {
  const zero = node.perTensor(node.output(), "the output").zeroPoint - least;
  return zero < 0 || zero > most ? undefined : { least, most, zero };
}
