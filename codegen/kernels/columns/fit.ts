/** How the accumulators of a block of channels are scaled, in lanes of a layout. */
import {
  fitScaling,
  type Interval,
  type Scaling,
  type Steps,
  scaledRange,
  stepsOf,
} from "../../arithmetic/scaling.js";
import { accumulators } from "./columns.js";
import type { Layer } from "./layer.js";
import type { Layout } from "./layout.js";

/** The scaling of every channel of a block; all shift alike. */
export interface Fit {
  readonly scalings: readonly Scaling[];
  /** Whether the channels have one multiplier, which then is one factor. */
  readonly isUniform: boolean;
  /** What each channel's lane holds above its accumulator, so that it is never below 0. */
  readonly offsets: readonly number[];
  /** Where the sign matters: the bit of a lane that says that its accumulator is not below 0. */
  readonly sign: number | undefined;
  /** Bits of the largest lane. */
  readonly sumBits: number;
  /** Outputs are −2^k … 2^k − 1 before they are clamped, and 0 at least unless `isBelow`. */
  readonly k: number;
  readonly isBelow: boolean;
  readonly isAbove: boolean;
  /** Every how many lanes are multiplied at once, so that products have room. */
  readonly groups: number;
  /** Bits that are taken at once where multipliers differ, and of which offsets have none. */
  readonly digit: number;
}

/** Bits of a factor that XS multiplies by fastest. */
const FACTOR_BITS = 32;

/** Bits of a multiplier with which some factors fit, and with which all do. */
const LEAST_BITS = 18;
const MOST_BITS = 31;

/** Everything that does not depend on the layout. */
export interface Requantized {
  readonly ranges: readonly Interval[];
  readonly steps: readonly Steps[];
  readonly isUniform: boolean;
}

export function requantizedOf(layer: Layer): Requantized {
  const { channels } = layer;
  const ranges = channels.map((_, o) => accumulators(layer, o));
  const [{ requantization: first }] = channels;
  const isUniform = channels.every(
    ({ requantization: { multiplier, shift } }) => multiplier === first.multiplier && shift === first.shift,
  );
  if (!isUniform)
    return { ranges, isUniform, steps: channels.map((it, o) => stepsOf(it.requantization, ranges[o])) };
  const all = {
    min: Math.min(...ranges.map(({ min }) => min)),
    max: Math.max(...ranges.map(({ max }) => max)),
  };
  return { ranges, isUniform, steps: [stepsOf(first, all)] };
}

/**
 * @param isSplit whether sums are made lane group by lane group, and not in lanes of the layout
 * @returns undefined where lanes are too narrow, or no exact scaling is found
 */
export function fitBlock(requantized: Requantized, layout: Layout, isSplit: boolean): Fit | undefined {
  const { isUniform } = requantized;
  if (!isUniform && isSplit) return undefined;
  const choices = isUniform
    ? [1, 2, 3].map((groups) => ({ groups, digit: 0 }))
    : [4, 3, 2, 1].map((digit) => ({ groups: 1, digit }));
  for (const { groups, digit } of choices) {
    const found = fitDigits(requantized, layout, isSplit, groups, digit);
    if (found) return found;
  }
  return undefined;
}

function fitDigits(
  { ranges, steps, isUniform }: Requantized,
  { bits, inputs, stride }: Layout,
  isSplit: boolean,
  groups: number,
  digit: number,
): Fit | undefined {
  // Where multipliers differ and lanes are next to each other, products are shifted down digit by digit inside their lanes.
  const isNarrow = !isUniform && inputs === 1;
  const room = isSplit ? groups * stride : stride;
  const span = Math.max(...ranges.map(({ min, max }) => max - min));
  if (bitLength(span) + digit > room) return undefined;
  const scaled = scalingsOf(steps, isNarrow ? undefined : groups * stride, isNarrow ? digit : 0);
  if (!scaled) return undefined;
  const { scalings, k } = scaled;
  const isSigned = scalings.some(({ step }) => step > 0n);
  const sign = Math.max(...ranges.map(({ min, max }) => bitLength(Math.max(-min, max))));
  const offsets = ranges.map(({ min }) => (isSigned ? 2 ** sign : Math.ceil(-min / 2 ** digit) * 2 ** digit));
  const most = Math.max(...ranges.map(({ max }, o) => offsets[o] + max));
  const sumBits = bitLength(most);
  if (sumBits + digit > room || k + 2 > stride) return undefined;
  if (isNarrow && (isSigned || !hasRoom(scaled, most, bits, digit))) return undefined;
  return { ...scaled, isUniform, offsets, sign: isSigned ? sign : undefined, sumBits, groups, digit };
}

/** Whether products that are shifted down digit by digit stay in their lanes. */
function hasRoom({ scalings, k, isBelow }: Scaled, most: number, bits: number, digit: number): boolean {
  const width = Math.max(...scalings.map(({ multiplier }) => multiplier.toString(2).length));
  const rest = scalings[0].shift - width;
  if (rest < 0 || k + (isBelow ? 1 : 0) + rest > bits) return false;
  let product = 0;
  for (let low = 0; low < width; low += digit) {
    const sum = product + (low === digit ? 2 ** (width - digit) : 0) + (2 ** digit - 1) * most;
    if (sum >= 2 ** bits) return false;
    product = Math.floor(sum / 2 ** digit);
  }
  return true;
}

interface Scaled extends Pick<Fit, "scalings" | "k" | "isBelow" | "isAbove"> {}

/**
 * Finds scalings that all shift alike.
 *
 * @param room bits that a product has, if it is kept as a whole
 */
function scalingsOf(steps: readonly Steps[], room: number | undefined, grain: number): Scaled | undefined {
  const least = Math.max(...steps.map(({ requantization: { shift } }) => shift));
  // One factor costs the same whatever its bits; where multipliers differ, every bit costs.
  const widths = Array.from({ length: MOST_BITS - LEAST_BITS + 1 }, (_, i) => LEAST_BITS + i);
  if (steps.length === 1) widths.reverse();
  for (const width of widths) {
    const shift = width - least;
    if (shift < 1) continue;
    const scalings: Scaling[] = [];
    for (const it of steps) {
      const scaling = fitScaling(it, shift, grain);
      if (!scaling || scaling.multiplier >= 1n << BigInt(FACTOR_BITS)) break;
      scalings.push(scaling);
    }
    if (scalings.length < steps.length) continue;
    const ys = scalings.map((scaling, i) => scaledRange(scaling, steps[i].range));
    const min = Math.min(...ys.map((y) => y.min));
    const max = Math.max(...ys.map((y) => y.max));
    const { requantization } = steps[0];
    const most = requantization.max - requantization.min;
    const k = Math.max(8, bitLength(max), bitLength(-min));
    const isBelow = min < 0;
    if (room !== undefined && k + 1 + shift > room) continue;
    return { scalings, k, isBelow, isAbove: max > most };
  }
  return undefined;
}

function bitLength(value: number): number {
  return value <= 0 ? 0 : Math.floor(Math.log2(value)) + 1;
}
