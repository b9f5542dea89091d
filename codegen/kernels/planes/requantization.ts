/** Accumulators in lanes to the bytes that TFLM makes of them, and the lane width that this takes. */
import {
  fitScaling,
  type Interval,
  type Scaling,
  type Steps,
  scaledRange,
} from "../../arithmetic/scaling.js";
import { type Geometry, inLanes } from "./geometry.js";
import { bitLength, type Program, type Vector } from "./program.js";

/** How one channel is requantized in lanes of some width. */
export interface LaneScaling {
  readonly scaling: Scaling;
  /** Added to every accumulator, so that none is negative; a power of two where their sign matters. */
  readonly bias: number;
  /** y lies in −2^k … 2^k − 1 before it is clamped. */
  readonly k: number;
  /** Whether some y is below 0, or above the greatest. */
  readonly isBelow: boolean;
  readonly isAbove: boolean;
  /** Most that an output is above the least. */
  readonly most: number;
}

/** Instructions of a call, and of each argument that is a local or a constant. */
const CALL = 1000;
const ARGUMENT = 40;

/** @returns undefined where no exact scaling fits lanes of `bits` */
export function fitLanes(steps: Steps, bits: number): LaneScaling | undefined {
  const { requantization, range } = steps;
  const most = requantization.max - requantization.min;
  for (let k = 8; k < bits; k++) {
    for (const isBelow of [false, true]) {
      const scaling = fitScaling(steps, 2 * bits - k - (isBelow ? 1 : 0));
      if (!scaling) continue;
      const y = scaledRange(scaling, range);
      if (y.min < (isBelow ? -(2 ** k) : 0) || y.max >= 2 ** k) continue;
      const bias = scaling.step === 0n ? -range.min : 2 ** (bits - 1);
      if (bias + range.min < 0 || bias + range.max >= 2 ** bits) return undefined;
      return { scaling, bias, k, isBelow: isBelow || most < 255, isAbove: y.max > most, most };
    }
  }
  return undefined;
}

/**
 * The lanes of a plane of bytes, each the output less its least value; all other lanes are 0.
 *
 * @param acc accumulators, each with the bias
 * @param displacement lanes by which they lie above their positions
 * @param lanes the positions that are wanted
 */
export function requantized(
  program: Program,
  geometry: Geometry,
  { scaling, bias, k, isBelow, isAbove, most }: LaneScaling,
  acc: Vector,
  displacement: number,
  lanes: readonly number[],
): Vector {
  const { bits } = geometry;
  const s = scaling.shift;
  const masks = maskConstants(
    program,
    geometry,
    lanes.map((it) => it + displacement),
    s,
  );
  const multiplier = scaling.multiplier;
  const round = scaling.offset - multiplier * BigInt(bias) + (isBelow ? 1n << BigInt(k + s) : 0n);
  const m = program.literal(multiplier);
  const roundEven = program.multiply(masks.onesEven, program.literal(round));
  const roundOdd = program.multiply(masks.onesOdd, program.literal(round));
  const shift = s + displacement * bits;
  const shiftBy = program.number(shift).text;
  const parameters = [acc, masks.even, masks.odd, m, roundEven, roundOdd, masks.keepEven, masks.keepOdd];
  const texts = [...parameters.map(({ text }) => text), shiftBy];
  const wide = { text: "", bits: masks.even.bits + bits };
  let name = "scale";
  for (const half of [masks.even, masks.odd]) {
    program.add(program.multiply(program.and(acc, half), m), roundEven);
    program.and(wide, wide);
  }
  if (scaling.step > 0n) {
    name = "scaleSigned";
    const unit = bitLength(scaling.step) - 1;
    texts.push(program.number(bits - 1).text);
    texts.push(masks.onesEven.text, masks.onesOdd.text, program.number(unit).text);
    program.shiftRight(acc, bits - 1);
    for (const ones of [masks.onesEven, masks.onesOdd])
      program.add(program.shiftLeft(program.and(wide, ones), unit), wide);
  }
  program.shiftRight(program.or(wide, wide), shift);
  program.spend(CALL + ARGUMENT * texts.length);
  const z = { text: `${name}(${texts.join(", ")})`, bits: wide.bits - shift };
  return clamped(program, geometry, lanes, z, { k, isBelow, isAbove, most });
}

function clamped(
  program: Program,
  geometry: Geometry,
  lanes: readonly number[],
  z: Vector,
  { k, isBelow, isAbove, most }: Omit<LaneScaling, "scaling" | "bias">,
): Vector {
  if (!isBelow && !isAbove) return z;
  const ones = program.constant("ONES", inLanes(geometry, lanes, 1n));
  const byte = program.number(255);
  const n = (value: number) => program.number(value).text;
  const over = () =>
    program.constant(`OVER${k}`, inLanes(geometry, lanes, (1n << BigInt(k)) - BigInt(most + 1))).text;
  const flag = () => program.multiply(program.and(program.shiftRight(z, k), ones), byte);
  const call = (name: string, ...more: string[]) => {
    program.spend(CALL + ARGUMENT * (2 + more.length));
    return { text: `${name}(${[z.text, ones.text, ...more].join(", ")})`, bits: ones.bits + 7 };
  };
  if (isBelow) program.and(z, flag());
  else program.multiply(ones, byte);
  if (isAbove || most < 255) program.and(program.or(program.add(z, z), flag()), z);
  if (most < 255) {
    program.subtract(z, program.multiply(ones, byte));
    return call("clampTo", over(), byte.text, n(k), n(k + 1), n(255 - most));
  }
  if (!isAbove) return call("clampBelow", byte.text, n(k));
  return isBelow
    ? call("clamp", over(), byte.text, n(k), n(k + 1))
    : call("clampAbove", over(), byte.text, n(k));
}

/** The masks for accumulators in some lanes. */
function maskConstants(program: Program, geometry: Geometry, lanes: readonly number[], s: number) {
  const { bits } = geometry;
  const halves = [lanes.filter((it) => it % 2 === 0), lanes.filter((it) => it % 2 === 1)];
  const full = (1n << BigInt(bits)) - 1n;
  const kept = ((1n << BigInt(2 * bits)) - 1n) ^ ((1n << BigInt(s)) - 1n);
  const [even, odd] = halves.map((half) => inLanes(geometry, half, full));
  const [onesEven, onesOdd] = halves.map((half) => inLanes(geometry, half, 1n));
  const [keepEven, keepOdd] = halves.map((half) => inLanes(geometry, half, kept));
  return {
    even: program.constant("EVEN", even),
    odd: program.constant("ODD", odd),
    onesEven: program.constant("ONES_EVEN", onesEven),
    onesOdd: program.constant("ONES_ODD", onesOdd),
    keepEven: program.constant(`KEEP_EVEN${s}`, keepEven),
    keepOdd: program.constant(`KEEP_ODD${s}`, keepOdd),
  };
}

/** Bits that a lane needs to hold every accumulator of a range as it is. */
export function laneBits({ min, max }: Interval): number {
  return bitLength(BigInt(max - min));
}
