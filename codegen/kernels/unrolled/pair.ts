/**
 * Two outputs in one int32: a literal holds the weights of both, 16 bits each, and one multiplication serves them. A sum of
 * such products is cut into segments that are short enough for both lanes to stay in 16 bits.
 */
import { rangeOf, sumText, type Term, type Value } from "./expression.js";

/** The weights of one value in two outputs. */
export interface PairTerm {
  readonly low: number;
  readonly high: number;
  readonly value: Value;
}

/** Two sums, of which the first has to be evaluated before the second: it sets variables that the second reads. */
export interface PairText {
  /** Terms to be joined by plus signs; `low` is too great by `excess`. */
  readonly low: readonly string[];
  readonly high: readonly string[];
  readonly excess: number;
  /** How many variables `s0`, `s1`, … it sets. */
  readonly segments: number;
}

/** The bits of a lane, and what the higher lane may reach: with any part of the lower one it is in int32. */
const LANE = 65536;
const HIGH_REACH = 32766;

/** Fewer terms than these are cheaper as two plain sums each. */
const LEAST_TERMS = 3;

/** Both sums, Σ low · value and Σ high · value. */
export function pairText(terms: readonly PairTerm[]): PairText {
  const segments = cut(terms);
  const packed = segments.filter(({ length }) => length >= LEAST_TERMS);
  const rest = segments.filter(({ length }) => length < LEAST_TERMS).flat();
  const offsets = packed.map((segment) => -rangeOf(lane(segment, "low")).min);
  const texts = packed.map((segment, i) => {
    const joint = segment.map(({ low, high, value }) => ({ weight: high * LANE + low, value }));
    return `((s${i} = ${sumText(offsets[i], joint)}) & 65535)`;
  });
  const plain = (name: "low" | "high") => (rest.length ? [sumText(0, lane(rest, name))] : []);
  return {
    low: [...texts, ...plain("low")],
    high: [...packed.map((_, i) => `(s${i} >> 16)`), ...plain("high")],
    excess: offsets.reduce((sum, offset) => sum + offset, 0),
    segments: packed.length,
  };
}

function lane(terms: readonly PairTerm[], name: "low" | "high"): Term[] {
  return terms
    .map((term) => ({ weight: term[name], value: term.value }))
    .filter(({ weight }) => weight !== 0);
}

/** First fit, the greatest weights first. */
function cut(terms: readonly PairTerm[]): PairTerm[][] {
  const size = ({ low, high }: PairTerm) => Math.max(Math.abs(low), Math.abs(high));
  const segments: PairTerm[][] = [];
  for (const term of [...terms].sort((a, b) => size(b) - size(a))) {
    const at = segments.findIndex((segment) => isWithinLanes([...segment, term]));
    if (at < 0) segments.push([term]);
    else segments[at].push(term);
  }
  return segments;
}

function isWithinLanes(terms: readonly PairTerm[]): boolean {
  const [low, high] = [rangeOf(lane(terms, "low")), rangeOf(lane(terms, "high"))];
  return low.max - low.min < LANE && high.max <= HIGH_REACH && high.min >= -HIGH_REACH;
}
