/** Accumulators in lanes to the outputs that TFLM makes of them, and the lane width that this takes. */
import { q15 } from "../../arithmetic/int16.js";
import { longShift } from "../../arithmetic/long-scaling.js";
import {
  fitScaling,
  type Interval,
  type Scaling,
  type Steps,
  scaledRange,
} from "../../arithmetic/scaling.js";
import { allBits } from "../element.js";
import { everyOf, type Geometry, inLanes } from "./geometry.js";
import { bitLength, type Program, type Vector } from "./program.js";

/** Which y a clamp has to expect, each lane holding y, or y + 2^k where some y is negative. */
export interface Clamp {
  /** y < 2^k, and −2^k ≤ y where some are negative. */
  readonly k: number;
  readonly isBelow: boolean;
  /** Whether some y is above `most`. */
  readonly isAbove: boolean;
  readonly most: number;
}

/** How one channel is requantized in lanes of some width. */
export interface LaneScaling extends Clamp {
  readonly scaling: Scaling;
  /** Added to every accumulator, so that none is negative; a power of two where their sign matters. */
  readonly bias: number;
  /** Whether all channels of the layer have this bias. */
  readonly isCommon: boolean;
  /** Products have this many lanes' room: as many times lanes are masked apart and multiplied. */
  readonly parts: 2 | 3;
  /** What is added to products is a multiple of 2^grain. */
  readonly grain: number;
}

/** Nearly every factor has an exact multiplier of so many bits: more are a waste. */
const MULTIPLIER_BITS = 27;

/** Bits behind the point of the multiplier that TFLM has: with them nothing is lost but what steps round. */
const WHOLE_MULTIPLIER = 31;

/**
 * Shifts are multiples of this and k is even where there is room for it: what channels have in common, they share masks
 * for.
 */
const SHIFT_UNIT = 4;

/** @returns undefined where no exact scaling fits lanes of `bits` */
export function fitLanes(steps: Steps, bits: number): LaneScaling | undefined {
  return fitParts(steps, bits, 2) ?? fitParts(steps, bits, 3);
}

function fitParts(steps: Steps, bits: number, parts: 2 | 3): LaneScaling | undefined {
  const { requantization, range, addend = 0 } = steps;
  const { multiplier, shift, isLong } = requantization;
  const most = requantization.max - requantization.min;
  const factor = (isLong ? q15(multiplier) * 2 ** 16 : multiplier) * 2 ** (shift - 31);
  const real = (acc: number) => (acc + addend) * factor + requantization.zeroPoint - requantization.min;
  const isBelow = real(range.min) < 0.5;
  const reach = Math.max(real(range.max) + 2, isBelow ? 2 - real(range.min) : 0, isLong ? 2 ** 16 : 256);
  const k = 2 * Math.ceil(Math.log2(reach) / 2);
  const room = parts * bits - k - (isBelow ? 1 : 0);
  if (k >= bits || room < 1) return undefined;
  const shifts = isLong
    ? [Math.min(room, roundedUp(longShift(requantization)))]
    : shiftsFor(requantization.shift, room);
  for (const s of shifts) {
    const fit = fitShift(steps, bits, s, { k, isBelow, most });
    if (fit) return { ...fit, parts };
  }
  return undefined;
}

function fitShift(
  steps: Steps,
  bits: number,
  s: number,
  { k, isBelow, most }: Omit<Clamp, "isAbove">,
): Omit<LaneScaling, "parts"> | undefined {
  const { requantization, range } = steps;
  // What is added is then one word; that of 64-bit sums is what TFLM adds.
  const grain = requantization.isLong ? 0 : Math.max(0, s + k + (isBelow ? 1 : 0) - 32);
  const scaling = fitScaling(steps, s, grain);
  if (!scaling) return undefined;
  const y = scaledRange(scaling, range);
  if (y.min < (isBelow ? -(2 ** k) : 0) || y.max >= 2 ** k) return undefined;
  const isAbove = y.max > most;
  // Clamping looks at a bit for either side, above those of y.
  if (k + (isBelow ? 1 : 0) + (isAbove ? 1 : 0) > bits) return undefined;
  const unit = 2 ** grain;
  const bias = scaling.step === 0n ? Math.ceil(-range.min / unit) * unit : 2 ** (bits - 1);
  if (bias + range.min < 0 || bias + range.max >= 2 ** bits || bias % unit !== 0) return undefined;
  return { scaling, bias, isCommon: false, grain, k, isBelow, isAbove, most };
}

/**
 * The shifts to try, m = factor · 2^s: as many bits as are nearly always enough, or as there is room for; then more, up to the
 * whole multiplier, those first that other channels have too.
 */
function shiftsFor(shift: number, room: number): number[] {
  const enough = MULTIPLIER_BITS - shift;
  if (enough > room) return [room];
  const usual = Math.floor(enough / SHIFT_UNIT) * SHIFT_UNIT;
  const most = Math.max(usual, Math.min(room, WHOLE_MULTIPLIER - shift));
  const shifts = Array.from({ length: most - usual + 1 }, (_, i) => usual + i).filter((s) => s >= 1);
  return shifts.sort((a, b) => Number(a % SHIFT_UNIT !== 0) - Number(b % SHIFT_UNIT !== 0));
}

function roundedUp(shift: number): number {
  return Math.ceil(shift / SHIFT_UNIT) * SHIFT_UNIT;
}

/**
 * The lanes of a plane of elements, each the output less its least value; all other lanes are 0. What channels do alike is a
 * function of the module: factor and rounding are its parameters.
 *
 * @param acc accumulators, each with the bias
 * @param displacement lanes by which they lie above their positions
 * @param wanted the lanes of the positions that are wanted
 */
export function requantized(
  program: Program,
  geometry: Geometry,
  laneScaling: LaneScaling,
  acc: Vector,
  displacement: number,
  wanted: readonly number[],
): Vector {
  const { scaling, bias, parts, grain, k, isBelow } = laneScaling;
  const { bits } = geometry;
  const s = scaling.shift;
  const round = scaling.offset - scaling.multiplier * BigInt(bias) + (isBelow ? 1n << BigInt(k + s) : 0n);
  const [factor, rounding] = [scaling.multiplier, round >> BigInt(grain)].map((it) => program.literal(it));
  const [x, m, r] = [acc, factor, rounding].map(({ bits: own }, i) => ({ text: "xmr"[i], bits: own }));
  const full = (1n << BigInt(bits)) - 1n;
  const kept = ((1n << BigInt(parts * bits)) - 1n) ^ ((1n << BigInt(s)) - 1n);
  const constant = (name: string, lanes: readonly number[], value: bigint) =>
    program.constant(name, inLanes(geometry, lanes, value));
  let z: Vector | undefined;
  for (let part = 0; part < parts; part++) {
    const lanes = everyOf(wanted, displacement, parts, part);
    if (lanes.length === 0) continue;
    const of = parts === 2 ? ["EVEN", "ODD"][part] : `THIRD${part}`;
    let product = program.multiply(program.and(x, constant(of, lanes, full)), m);
    if (scaling.step > 0n) {
      // The bias has made the topmost bit of a lane say that its accumulator is not negative.
      const positive = program.and(x, constant(`SIGN_${of}`, lanes, 1n << BigInt(bits - 1)));
      product = program.add(product, program.shiftLeft(positive, bitLength(scaling.step) - bits));
    }
    product = program.add(product, program.multiply(constant(`ROUND_${of}`, lanes, 1n << BigInt(grain)), r));
    const result = program.and(product, constant(`KEEP_${of}`, lanes, kept));
    z = z ? program.or(z, result) : result;
  }
  const lines: string[] = [];
  const y = program.assign("const y", program.shiftRight(z!, s + displacement * bits), lines);
  const outputs = clamped(program, geometry, wanted, { ...y, text: "y" }, laneScaling);
  const body = [...lines, `return ${outputs.text};`].map((line) => `  ${line}`).join("\n");
  const name = program.function("quantize", `(x: bigint, m: bigint, r: bigint): bigint {\n${body}\n}`);
  program.spend(CALL);
  return { text: `${name}(${acc.text}, ${factor.text}, ${rounding.text})`, bits: outputs.bits };
}

/** Instructions of a call with three arguments. */
const CALL = 800;

/** @param z a variable */
export function clamped(
  program: Program,
  geometry: Geometry,
  lanes: readonly number[],
  z: Vector,
  { k, isBelow, isAbove, most }: Clamp,
): Vector {
  if (!isBelow && !isAbove) return z;
  const ones = program.constant("ONES", inLanes(geometry, lanes, 1n));
  // What has all its bits set needs nothing taken off again.
  const isWhole = Number.isInteger(Math.log2(most + 1));
  const all = isWhole ? BigInt(most) : allBits(geometry.element);
  const flags = (from: Vector, bit: number) => program.and(program.shiftRight(from, bit), ones);
  const inside = isBelow
    ? program.multiply(flags(z, k), program.number(all))
    : program.constant("ELEMENTS", inLanes(geometry, lanes, all));
  if (!isAbove) return program.and(z, inside);
  // Where y < 512, bit 8 alone says that it is above 255.
  const top = bitLength(all);
  const isOneBit = isWhole && k === top + 1;
  const over = () =>
    program.constant(`OVER${k}`, inLanes(geometry, lanes, (1n << BigInt(k)) - BigInt(most + 1)));
  const above = () => (isOneBit ? flags(z, top) : flags(program.add(z, over()), isBelow ? k + 1 : k));
  const within = program.and(program.or(z, program.multiply(above(), program.number(all))), inside);
  return isWhole
    ? within
    : program.subtract(within, program.multiply(above(), program.number(all - BigInt(most))));
}

/** Bits that a lane needs to hold every accumulator of a range as it is. */
export function laneBits({ min, max }: Interval): number {
  return bitLength(BigInt(max - min));
}

/** The scalings of a layer's channels with the same bias, where lanes of `bits` have room for it. */
export function withCommonBias(scalings: readonly LaneScaling[], steps: readonly Steps[], bits: number) {
  const unit = 2 ** Math.max(...scalings.map(({ grain }) => grain));
  const bias = Math.ceil(Math.max(...scalings.map((it) => it.bias)) / unit) * unit;
  const isCommon = scalings.every(
    ({ scaling }, i) => scaling.step === 0n && steps[i].range.max + bias < 2 ** bits,
  );
  return isCommon ? scalings.map((it) => ({ ...it, bias, isCommon: true })) : scalings;
}
