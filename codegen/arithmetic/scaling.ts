/**
 * TFLM's double rounding as one multiplication and one shift. A scaled sum has at most 255 steps, so the compiler can look
 * at every one of them and prove that floor((m · acc + r) / 2^s) takes it at the very same accumulator.
 *
 * Where outputs below the zero point are told apart, rounding half away from zero shifts their steps by a little: there r
 * depends on the sign of the accumulator.
 */
import { requantize } from "../../runtime/requantize.js";
import { longScaling } from "./long-scaling.js";

/** What an accumulator becomes: clamp(requantize(acc, multiplier, shift) + zeroPoint, min, max). */
export interface Requantization {
  readonly multiplier: number;
  readonly shift: number;
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
  /** Whether it is TFLM's of 64-bit sums, which rounds its multiplier to 15 bits: that of int16 activations. */
  readonly isLong?: boolean;
}

/** Integers from `min` to `max`, both inclusive. */
export interface Interval<T = number> {
  readonly min: T;
  readonly max: T;
}

/** Where a requantization takes its steps. */
export interface Steps {
  readonly requantization: Requantization;
  /** The accumulators that occur. */
  readonly range: Interval;
  /**
   * For each y from 0 to max − min, the least accumulator of the range that gives min + y or more; the one after the range
   * where none does. Empty where the requantization is long: it takes no search.
   */
  readonly first: readonly number[];
  /** What the requantization adds to accumulators first; nothing where not given. */
  readonly addend?: number;
}

/** clamp(floor((multiplier · acc + offset + [acc ≥ 0] · step) / 2^shift), 0, max − min) is the output less `min`. */
export interface Scaling {
  readonly multiplier: bigint;
  readonly shift: number;
  readonly offset: bigint;
  /** A power of two, or 0 where the sign makes no difference. */
  readonly step: bigint;
}

/**
 * Finds every step of a requantization over a range of accumulators, by bisection. Steps are about equally wide, so that the
 * next one is looked for near where it would be then.
 *
 * @param output what becomes of an accumulator before it is clamped, if it is not quite what the requantization says; it
 *   never falls as the accumulator grows
 */
export function stepsOf(
  requantization: Requantization,
  range: Interval,
  output = ({ multiplier, shift, zeroPoint }: Requantization, acc: number) =>
    requantize(acc, multiplier, shift) + zeroPoint,
): Steps {
  const { min, max, isLong } = requantization;
  if (isLong) return { requantization, range, first: [] };
  const first = [range.min];
  let width = 1;
  for (let q = min + 1; q <= max; q++) {
    const before = first[q - min - 1];
    let low = before;
    let high = range.max + 1;
    for (let guess = before + width - 1, reach = 1; guess < high; guess = low + reach, reach *= 2) {
      if (output(requantization, guess) >= q) high = guess;
      else low = guess + 1;
    }
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (output(requantization, middle) >= q) high = middle;
      else low = middle + 1;
    }
    first.push(low);
    width = Math.max(1, low - before);
  }
  return { requantization, range, first };
}

/** How far from the exact factor the search goes. */
const NEIGHBOURS = [0n, 1n, -1n, 2n];

/**
 * Fits a scaling to steps; it is exact for every accumulator of their range.
 *
 * @param shift 1 and above. Where the multiplier gets 18 bits about one half of all factors fit, with 24 nearly all do,
 *   with 26 all that were seen
 * @param grain offset and step are to be multiples of 2^grain
 * @returns undefined where none was found
 */
export function fitScaling(steps: Steps, shift: number, grain = 0): Scaling | undefined {
  const { range, requantization } = steps;
  if (requantization.isLong) return longScaling(steps, shift, grain);
  const bits = requantization.shift - 31 + shift;
  const exact = BigInt(requantization.multiplier);
  const floor = bits < 0 ? exact >> BigInt(-bits) : exact << BigInt(bits);
  for (const neighbour of NEIGHBOURS) {
    const multiplier = floor + neighbour;
    if (multiplier < 0n) continue;
    const negative = offsetsFor(steps, multiplier, shift, range.min, Math.min(range.max, -1));
    const positive = offsetsFor(steps, multiplier, shift, Math.max(range.min, 0), range.max);
    if (negative.min > negative.max || positive.min > positive.max) continue;
    for (const step of stepSizes(negative, positive, grain)) {
      const least = larger(negative.min, positive.min - step);
      const most = smaller(negative.max, positive.max - step);
      const offset = pick({ min: least, max: most }, centre(requantization, shift), grain);
      if (offset !== undefined) return { multiplier, shift, offset, step };
    }
  }
  return undefined;
}

/** What a scaling makes of the ends of a range before it is clamped. */
export function scaledRange(scaling: Scaling, { min, max }: Interval): Interval {
  const scaled = (acc: number) =>
    Number(
      (scaling.multiplier * BigInt(acc) + scaling.offset + (acc < 0 ? 0n : scaling.step)) >>
        BigInt(scaling.shift),
    );
  return { min: scaled(min), max: scaled(max) };
}

/** Offsets beyond these are never needed. */
const WIDE = 1n << 80n;

/** The offsets with which a multiplier takes the steps among the accumulators `from` to `to`; none where min > max. */
function offsetsFor(
  { first, range }: Steps,
  multiplier: bigint,
  shift: number,
  from: number,
  to: number,
): Interval<bigint> {
  let min = -WIDE;
  let max = WIDE;
  if (from > to) return { min, max };
  const reach = Number(multiplier) * Math.max(Math.abs(from), Math.abs(to)) + first.length * 2 ** shift;
  if (reach <= Number.MAX_SAFE_INTEGER)
    return smallOffsetsFor(first, Number(multiplier), 2 ** shift, from, to);
  const one = BigInt(shift);
  for (let y = 1; y < first.length && min <= max; y++) {
    const at = first[y];
    const level = BigInt(y) << one;
    // From accumulator `at` on it is y or more, so at `from` at the earliest; before `at` it is less, so at `to` at the latest.
    if (at <= to) min = larger(min, level - multiplier * BigInt(Math.max(at, from)));
    if (at > from) max = smaller(max, level - 1n - multiplier * BigInt(Math.min(at - 1, to)));
    if (at > range.max) break; // those above are never reached either
  }
  return { min, max };
}

/** The same where numbers are exact, and much faster. */
function smallOffsetsFor(
  first: readonly number[],
  multiplier: number,
  one: number,
  from: number,
  to: number,
): Interval<bigint> {
  let min = Number.NEGATIVE_INFINITY;
  let max = Number.POSITIVE_INFINITY;
  for (let y = 1; y < first.length && min <= max; y++) {
    const at = first[y];
    if (at <= to) min = Math.max(min, y * one - multiplier * Math.max(at, from));
    if (at > from) max = Math.min(max, y * one - 1 - multiplier * Math.min(at - 1, to));
    if (at > to) break;
  }
  return {
    min: min === Number.NEGATIVE_INFINITY ? -WIDE : BigInt(min),
    max: max === Number.POSITIVE_INFINITY ? WIDE : BigInt(max),
  };
}

/** The steps to try: none, then the powers of two that lie between the two intervals of offsets. */
function stepSizes(negative: Interval<bigint>, positive: Interval<bigint>, grain: number): bigint[] {
  const sizes = [0n];
  const [least, most] = [positive.min - negative.max, positive.max - negative.min];
  for (let size = 1n << BigInt(grain); size <= most && size < WIDE; size <<= 1n)
    if (size >= least) sizes.push(size);
  return sizes;
}

/** The offset that rounds to the nearest. */
function centre({ zeroPoint, min }: Requantization, shift: number): bigint {
  return (BigInt(zeroPoint - min) << BigInt(shift)) + (1n << BigInt(shift - 1));
}

/** The multiple of 2^grain in an interval that is nearest to a wish. */
function pick({ min, max }: Interval<bigint>, wish: bigint, grain: number): bigint | undefined {
  const bits = BigInt(grain);
  const least = -(-min >> bits) << bits;
  const most = (max >> bits) << bits;
  return least > most ? undefined : larger(least, smaller(most, (wish >> bits) << bits));
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
