/**
 * Two channels of a pointwise convolution in one BigInt: lanes of twice the bits, one position in each, with the first channel
 * in the lower half and the second one in the upper. Times second weight + first weight · 2^L, the upper half of a lane
 * gets what both channels add to the sum, for one product and one addition; what the lower halves get is of no use.
 *
 * Even positions come first and the odd ones, `high` bits above them, after. That takes a mask and a shift either way.
 */
import { span } from "../../../graph/lanes.js";
import type { Geometry } from "../geometry.js";
import type { Program, Vector } from "../program.js";
import { digitShifts } from "./digits.js";

export interface Pairs {
  readonly geometry: Geometry;
  /** How many positions are even and how many odd, those between rows included. */
  readonly even: number;
  readonly odd: number;
  /** Bits from the first even position to the first odd one: such that results come down by whole words. */
  readonly high: number;
  /** Bits of all. */
  readonly bits: number;
}

export function pairsOf(geometry: Geometry): Pairs {
  const { bits } = geometry;
  const lanes = span(geometry);
  const [even, odd] = [Math.ceil(lanes / 2), Math.floor(lanes / 2)];
  // The last even position's products reach half a lane more.
  const { high: shift } = digitShifts(bits);
  const high = Math.ceil((2 * bits * even + bits + shift) / 32) * 32 - shift;
  return { geometry, even, odd, high, bits: high + 2 * bits * odd };
}

/** `value` at bit `at` of every lane. */
export function inPairs({ geometry: { bits }, even, odd, high }: Pairs, at: number, value: bigint): bigint {
  const lanes = (count: number) => every(count, 2 * bits, value);
  return (lanes(even) | (lanes(odd) << BigInt(high))) << BigInt(at);
}

/** The same in both halves of every lane, and in one more half above the even and the odd ones. */
export function inHalves({ geometry: { bits }, even, odd, high }: Pairs, value: bigint): bigint {
  return every(2 * even + 1, bits, value) | (every(2 * odd + 1, bits, value) << BigInt(high));
}

/** `count` times a value, so many bits apart. */
export function every(count: number, bits: number, value: bigint): bigint {
  if (count <= 1) return count === 1 ? value : 0n;
  const half = count >> 1;
  return every(half, bits, value) | (every(count - half, bits, value) << BigInt(half * bits));
}

/** A plane of two channels, a byte apart in each lane, as a pair of them, by the variables `x` and `y`. */
export function paired(
  program: Program,
  pairs: Pairs,
  x: Vector,
  zero: number,
  statements: string[],
): Vector {
  const { geometry, high } = pairs;
  const { bits } = geometry;
  const odd = program.shiftLeft(program.shiftRight(x, bits), high);
  const both = program.assign("y", program.or(x, odd), statements);
  const first = program.and(both, program.constant("FIRST", inPairs(pairs, 0, 255n)));
  const second = program.and(both, program.constant("SECOND", inPairs(pairs, 8, 255n)));
  const pair = program.or(first, program.shiftLeft(second, bits - 8));
  if (zero === 0) return pair;
  const zeros = inPairs(pairs, 0, BigInt(zero)) | inPairs(pairs, bits, BigInt(zero));
  return program.subtract(pair, program.constant("ZEROS", zeros));
}

/** Results in pairs, as scaled, to lanes of their own. @param z a variable */
export function unpaired(program: Program, pairs: Pairs, z: Vector): Vector {
  const { geometry, even, odd, high } = pairs;
  const { bits } = geometry;
  const { high: shift } = digitShifts(bits);
  const field = (1n << BigInt(bits - 2)) - 1n;
  const evens = program.constant("EVEN_RESULTS", every(even, 2 * bits, field));
  const odds = program.constant("ODD_RESULTS", every(odd, 2 * bits, field) << BigInt(bits));
  return program.or(
    program.and(program.shiftRight(z, bits + shift), evens),
    program.and(program.shiftRight(z, high + shift), odds),
  );
}
