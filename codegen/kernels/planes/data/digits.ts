/**
 * Accumulators to bytes by constants that are data. Nothing but these depends on the weights: masks and shifts follow from
 * the bits of a lane, L.
 *
 * A factor is m / 2^(2L + 1), and m has two digits, since the products of L bits by L have the room of two lanes:
 * floor((x · high + ((x · low) >> (L − 1)) + offset) / 2^(L + 2)).
 */
import {
  fitScaling,
  type Interval,
  type Requantization,
  type Steps,
  stepsOf,
} from "../../../arithmetic/scaling.js";
import type { Program, Vector } from "../program.js";
import type { Clamp } from "../requantization.js";

/** The constants of one output channel. */
export interface Digits {
  readonly high: bigint;
  readonly low: bigint;
  readonly offset: bigint;
  /** Whether the sign of the accumulator counts, and what is then added where it is not negative. */
  readonly isSigned: boolean;
  readonly step: bigint;
}

/** What is added to all accumulators, so that none is negative. */
export function middle(bits: number): bigint {
  return 1n << BigInt(bits - 1);
}

/** Bits of the lower digit, and those of the sum that are dropped in the end. */
export function digitShifts(bits: number): { readonly low: number; readonly high: number } {
  return { low: bits - 1, high: bits + 2 };
}

/** What is left is y + 2^k. */
export function clampFor(bits: number, { min, max }: Requantization): Clamp {
  return { k: bits - 3, isBelow: true, isAbove: true, most: max - min };
}

/** Whether outputs below the zero point are told apart: then rounding depends on the sign. */
export function isSigned({ min, zeroPoint }: Requantization): boolean {
  return min < zeroPoint;
}

/**
 * Fits the constants of an output channel; they are exact for every accumulator that occurs.
 *
 * @param inLanes the accumulators as lanes hold them
 * @param bias what belongs to them and is not in the lanes
 * @returns undefined for a factor that is too great, or too small for a bias that is
 */
export function fitDigits(
  requantization: Requantization,
  inLanes: Interval,
  bias: number,
  bits: number,
): Digits | undefined {
  const { low, high } = digitShifts(bits);
  const signed = isSigned(requantization);
  const steps = stepsOf(requantization, { min: inLanes.min + bias, max: inLanes.max + bias });
  // Where signs count, there is no bias beside the lanes.
  const within: Steps = { ...steps, range: inLanes, first: steps.first.map((it) => it - bias) };
  const scaling = fitScaling(within, low + high, low);
  if (!scaling || (!signed && scaling.step > 0n)) return undefined;
  const { multiplier, offset, step } = scaling;
  const { k } = clampFor(bits, requantization);
  const lifted = offset + (1n << BigInt(k + low + high));
  const least = lifted + multiplier * BigInt(inLanes.min);
  const greatest = lifted + step + multiplier * BigInt(inLanes.max);
  if (least < 0n || greatest >> BigInt(low + high + k + 1) > 0n) return undefined;
  const digit = BigInt(low);
  return {
    high: multiplier >> digit,
    low: multiplier & ((1n << digit) - 1n),
    offset: (lifted - multiplier * middle(bits)) >> digit,
    isSigned: signed,
    step: step >> digit,
  };
}

/** The constants as the kernel reads them. */
export interface DigitOperands {
  readonly high: Vector;
  readonly low: Vector;
  /** The offset in every lane of two. */
  readonly offset: Vector;
  readonly step?: Vector;
}

/**
 * Scales accumulators of at least 0, each in a lane of twice the bits.
 *
 * @param x a variable
 * @param units bit 0 of each such lane; `whole`: all its bits
 */
export function scaled(
  program: Program,
  bits: number,
  x: Vector,
  { high, low, offset, step }: DigitOperands,
  units: Vector,
  whole: Vector,
): Vector {
  const carry = program.and(program.shiftRight(program.multiply(x, low), bits - 1), whole);
  const sum = program.add(program.add(program.multiply(x, high), offset), carry);
  if (!step) return sum;
  const signs = program.and(program.shiftRight(x, bits - 1), units);
  return program.add(sum, program.multiply(signs, step));
}
