/**
 * Weighted sums of lane values, and one value times a factor, rounded and clamped to bytes.
 *
 * Exact factors have some 20 bits and a lane has no room for their products, so the sum is made as on paper: its factors are
 * cut into digits, and each digit's sum fits a lane and hands on a carry. The carry is all that a digit below the last one
 * leaves behind, which makes it cheaper than computing every second lane apart from its neighbours.
 */
import { fitPairs, type PairScaling, type PairTable, type RealSum } from "./elementwise-scaling.js";
import { type Geometry, inLanes } from "./geometry.js";
import { operand, type Program, type Vector } from "./program.js";
import { type Clamp, clamped } from "./requantization.js";

/** The sum's digits, lowest first, and how what they come to is clamped. */
export interface DigitScaling extends Clamp {
  readonly digits: readonly Digit[];
}

/** floor((first · v1 + second · v2 + offset + carry) / 2^shift) is the carry to the next digit, and the last one's is y. */
export interface Digit {
  readonly first: number;
  readonly second: number;
  readonly offset: number;
  readonly shift: number;
}

/** More bits of fraction than this were never needed. */
const MOST_SHIFT = 24;
const MOST_DIGITS = 3;

/**
 * How a table is computed in lanes of some width, in as few digits as it takes; exact for all of it.
 *
 * @param real about what the table has
 * @returns undefined where nothing exact was found
 */
export function fitDigits(table: PairTable, real: RealSum, laneBits: number): DigitScaling | undefined {
  const clamp = clampFor(rangeOf(real, 1, table), table.most);
  for (const shifts of waysToShift(laneBits, clamp, table)) {
    const shift = sum(shifts);
    const scaling = fitPairs(table, real, shift);
    if (scaling && isWithin(rangeOf(scaling, 2 ** shift, table), clamp))
      return { ...clamp, digits: cut(scaling, clamp, shifts) };
  }
  return undefined;
}

/** The least and the greatest sum, with nothing added for rounding where `one` is 1. */
function rangeOf({ first, second, offset }: RealSum, one: number, table: PairTable) {
  const ends = [0, first * (table.first - 1)].flatMap((a) =>
    [0, second * (table.second - 1)].map((b) => Math.floor((a + b + offset) / one)),
  );
  return { min: Math.min(...ends), max: Math.max(...ends) };
}

/** How sums of about a range are clamped; rounding and inexact factors take them a little further. */
function clampFor({ min, max }: { min: number; max: number }, most: number): Clamp {
  const isAbove = max + 2 > most;
  const isBelow = min - 1 < 0 || (isAbove && most < 255);
  let k = 8;
  while (2 ** k < Math.max(1 - min, max + 3)) k++;
  return { k, isBelow, isAbove, most };
}

function isWithin({ min, max }: { min: number; max: number }, { k, isBelow, isAbove, most }: Clamp): boolean {
  return min >= (isBelow ? -(2 ** k) : 0) && max <= (isAbove ? 2 ** k - 1 : most);
}

/** The bits that each digit leaves to those below it, in ways that cost more and more. */
function waysToShift(laneBits: number, { k, isBelow, isAbove }: Clamp, table: PairTable): number[][] {
  // Above its value a lane then holds bits of its neighbour, which clamping removes; its sums need one more for that.
  const last = laneBits - k - (isBelow ? 1 : 0) - (isAbove ? 1 : 0);
  const terms = table.first - 1 + (table.second - 1) + 1;
  let lower = laneBits - 1;
  while (lower > 0 && (2 ** lower - 1) * terms + 2 ** (laneBits - lower) > 2 ** laneBits) lower--;
  if (last < 1 || lower < 1) return [];
  const ways = [[0], [Math.min(last, MOST_SHIFT)]];
  while (ways.length <= MOST_DIGITS) {
    const before = ways[ways.length - 1];
    const left = MOST_SHIFT - sum(before);
    if (left <= 0) break;
    ways.push([Math.min(left, lower), ...before]);
  }
  return ways;
}

/** Cuts a scaling into digits; the last takes the signs, and 2^k where y may be negative. */
function cut(
  { first, second, offset }: PairScaling,
  { k, isBelow }: Clamp,
  shifts: readonly number[],
): Digit[] {
  let rest = { first, second, offset: offset + (isBelow ? 2 ** (k + sum(shifts)) : 0) };
  return shifts.map((shift, i) => {
    if (i === shifts.length - 1) return { ...rest, shift };
    const one = 2 ** shift;
    const up = (value: number) => Math.floor(value / one);
    const digit = (value: number) => value - one * up(value);
    const now = { first: digit(rest.first), second: digit(rest.second), offset: digit(rest.offset), shift };
    rest = { first: up(rest.first), second: up(rest.second), offset: up(rest.offset) };
    return now;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, it) => total + it, 0);
}

/**
 * The lanes of a plane of bytes, each the output less its least value; all other lanes are 0. Statements leave what is to
 * be clamped in the variable `y`.
 *
 * @param a and `b`: lane values of at least 0, as variables
 * @param wanted the lanes of the positions that are wanted, in order
 */
export function digitSum(
  program: Program,
  geometry: Geometry,
  { digits, ...clamp }: DigitScaling,
  [a, b]: readonly [Vector, Vector?],
  wanted: readonly number[],
  statements?: string[],
): Vector {
  const last = digits.length - 1;
  const inAll = (name: string, value: number) =>
    program.constant(`${name}${value}`, inLanes(geometry, wanted, BigInt(value)));
  let y: Vector = ZERO;
  for (const [i, { first, second, offset, shift }] of digits.entries()) {
    const terms = [
      [1, offset && inAll("OFFSET", offset)],
      [1, i && y],
      [first, a],
      [second, b],
    ] as const;
    y = program.shiftRight(weighted(program, terms), shift);
    if (i < last) y = program.and(y, inAll("CARRY", 2 ** (geometry.bits - shift) - 1));
  }
  // Clamping leaves nothing of the bits above.
  if (!clamp.isBelow && !clamp.isAbove) y = program.and(y, inAll("ELEMENTS", 255));
  const z = statements ? program.assign("y", y, statements) : operand(y);
  return clamped(program, geometry, wanted, z, clamp);
}

const ZERO: Vector = { text: "0n", bits: 1 };

/** Σ factor · vector, those with positive factors first. */
function weighted(
  program: Program,
  terms: readonly (readonly [factor: number, vector: Vector | 0 | undefined])[],
): Vector {
  const signed = [...terms].sort(([f], [g]) => Math.sign(g) - Math.sign(f));
  let total: Vector | undefined;
  for (const [factor, vector] of signed) {
    if (factor === 0 || !vector) continue;
    const product =
      Math.abs(factor) === 1 ? vector : program.multiply(vector, program.number(Math.abs(factor)));
    if (factor < 0) total = program.subtract(total ?? ZERO, product);
    else total = total ? program.add(total, product) : product;
  }
  return total ?? ZERO;
}
