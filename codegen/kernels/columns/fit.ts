/** How the accumulators of a block of channels are scaled, in lanes of a layout. */
import type { Scaling } from "../../arithmetic/scaling.js";
import type { Layout } from "./layout.js";
import { bitLength, type Requantizations, type Scaled } from "./requantizations.js";

/** The scaling of every channel of a block; all shift alike. */
export interface Fit {
  readonly scalings: readonly Scaling[];
  readonly by: Method["by"];
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
  /** Every how many lanes are multiplied at once, so that products that are kept as a whole have room. */
  readonly groups: number;
  /** Bits that are taken at once where multipliers differ. */
  readonly digit: number;
  /** Where products are shifted down: bits at their lower end that neither offsets nor rounding have. */
  readonly grain: number;
}

/** About so many low bits offsets and rounding can do without: rounding need not be finer than a 255th of a step. */
const SPARE_BITS = 8;

/** How lanes are multiplied. */
type Method =
  /** By one factor. */
  | { readonly by: "factor"; readonly groups: number }
  /** Each by its own, some bits at a time from the bottom: products lose the lower ones as they grow and stay in their lanes. */
  | { readonly by: "bits from the bottom"; readonly digit: number }
  /** Each by its own, from the top: products are kept as a whole. */
  | { readonly by: "bits from the top"; readonly digit: number; readonly groups: number };

/** Cheapest first. */
const ONE_FACTOR: readonly Method[] = [1, 2, 3].map((groups) => ({ by: "factor", groups }));
const FROM_BOTTOM: readonly Method[] = [3, 2, 1].map((digit) => ({ by: "bits from the bottom", digit }));
const FROM_TOP: readonly Method[] = [1, 2, 3].flatMap((groups) =>
  [4, 2].map((digit) => ({ by: "bits from the top" as const, digit, groups })),
);

/**
 * @param isSplit whether sums are made lane group by lane group, and not in lanes of the layout
 * @returns undefined where lanes are too narrow, or no exact scaling is found
 */
export function fitBlock(
  requantizations: Requantizations,
  layout: Layout,
  isSplit: boolean,
): Fit | undefined {
  const isNarrow = layout.inputs === 1 && !isSplit;
  const methods = requantizations.isUniform ? ONE_FACTOR : [...(isNarrow ? FROM_BOTTOM : []), ...FROM_TOP];
  for (const method of methods) {
    const found = fitMethod(requantizations, layout, isSplit, method);
    if (found) return found;
  }
  return undefined;
}

function fitMethod(
  requantizations: Requantizations,
  { bits, stride }: Layout,
  isSplit: boolean,
  method: Method,
): Fit | undefined {
  const { ranges } = requantizations;
  const { groups, digit } = { groups: 1, digit: 1, ...method };
  const isFromBottom = method.by === "bits from the bottom";
  const room = isSplit ? groups * stride : stride;
  const shifted = (isFromBottom || groups === 1 ? room : groups * stride) - (digit - 1);
  const span = Math.max(...ranges.map(({ min, max }) => max - min));
  if (bitLength(span) > Math.min(room, shifted)) return undefined;
  const grain = isFromBottom ? digit * Math.floor(SPARE_BITS / digit) : 0;
  const scaled = requantizations.scaled(isFromBottom ? undefined : groups * stride, grain);
  if (!scaled) return undefined;
  const { scalings, k } = scaled;
  const isSigned = scalings.some(({ step }) => step > 0n);
  const sign = Math.max(...ranges.map(({ min, max }) => bitLength(Math.max(-min, max))));
  const offsets = ranges.map(({ min }) => (isSigned ? 2 ** sign : Math.ceil(-min / 2 ** grain) * 2 ** grain));
  const most = Math.max(...ranges.map(({ max }, o) => offsets[o] + max));
  const sumBits = bitLength(most);
  if (sumBits > Math.min(room, shifted) || k + 2 > stride) return undefined;
  if (isFromBottom && (isSigned || !hasRoom(scaled, most, bits, digit, grain))) return undefined;
  return {
    ...scaled,
    by: method.by,
    offsets,
    sign: isSigned ? sign : undefined,
    sumBits,
    groups,
    digit,
    grain,
  };
}

/** Whether products that are shifted down digit by digit stay in their lanes. */
function hasRoom(
  { scalings, k, isBelow }: Scaled,
  most: number,
  bits: number,
  digit: number,
  grain: number,
): boolean {
  const width = Math.max(...scalings.map(({ multiplier }) => multiplier.toString(2).length));
  const rest = scalings[0].shift - width;
  if (rest < 0 || k + (isBelow ? 1 : 0) + rest > bits) return false;
  let product = 0;
  for (let low = 0; low < width; low += digit) {
    const sum = product + (low === grain ? 2 ** (width - grain) : 0) + (2 ** digit - 1) * most;
    if (sum >= 2 ** bits) return false;
    product = Math.floor(sum / 2 ** digit);
  }
  return true;
}
