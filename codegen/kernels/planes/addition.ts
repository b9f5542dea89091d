/**
 * ADD and SUB of two tensors in planes of one geometry.
 *
 * Exact factors have some 20 bits and a lane has no room for their products, so the sum is made as on paper: its factors are
 * cut into digits, and each digit's sum fits a lane and hands on a carry. The carry is all that a digit below the last one
 * leaves behind, which makes it cheaper than computing every second lane apart from its neighbours.
 */
import type { AddLayer } from "../../../runtime/add.js";
import type { Memory } from "../../../runtime/layer.js";
import type { Activated } from "../../arithmetic/activation.js";
import { add } from "../../ops/add.js";
import type { Node } from "../../ops/node.js";
import { sub } from "../../ops/sub.js";
import { fitPairs, type PairScaling, type PairTable, type RealSum } from "./elementwise-scaling.js";
import { type Geometry, inLanes, positions } from "./geometry.js";
import { operand, type Program, type Vector } from "./program.js";
import { type Clamp, clamped } from "./requantization.js";
import type { PlaneTensor } from "./tensor.js";

/** The sum's digits, lowest first, and how what they come to is clamped. */
export interface AdditionScaling extends Clamp {
  readonly digits: readonly Digit[];
}

/** floor((first · v1 + second · v2 + offset + carry) / 2^shift) is the carry to the next digit, and the last one's is y. */
export interface Digit {
  readonly first: number;
  readonly second: number;
  readonly offset: number;
  readonly shift: number;
}

type Values = Pick<PlaneTensor, "least" | "most">;

/** More bits of fraction than this were never needed. */
const MOST_SHIFT = 24;
const MOST_DIGITS = 3;

/**
 * How a sum is computed in lanes of some width, in as few digits as it takes; exact for all pairs of values.
 *
 * @param node an ADD or SUB
 * @param first and `second`: the values of its inputs
 * @returns undefined where nothing exact was found
 */
export function fitAddition(
  node: Node,
  first: Values,
  second: Values,
  laneBits: number,
): AdditionScaling | undefined {
  const layer = layerOf(node);
  const table = tableOf(layer, first, second);
  const real = realSum(layer, first, second);
  const range = rangeOf(real, 1, table);
  for (let digits = 1; digits <= MOST_DIGITS; digits++) {
    const shape = clampsFor(range, table.most);
    const shifts = shiftsFor(laneBits, digits, shape, first.most + second.most + 1);
    if (!shifts) continue;
    const shift = shifts.reduce((sum, it) => sum + it);
    const scaling = fitPairs(table, real, shift);
    if (scaling && isWithin(rangeOf(scaling, 2 ** shift, table), shape))
      return { ...shape, digits: cut(scaling, shape, shifts) };
  }
  return undefined;
}

/** The constants of the rolled kernel. */
function layerOf(node: Node): AddLayer {
  const operator = node.op.kind === "SUB" ? sub : add;
  const { parameters, kernel } = operator.lower(node as Node<Activated>) as Extract<
    ReturnType<typeof add.lower>,
    { form: "kernel" }
  >;
  return { name: node.op.name, tiles: 1, kernel, ...parameters } as unknown as AddLayer;
}

/** What the rolled kernel makes of all pairs. */
function tableOf(layer: AddLayer, first: Values, second: Values): PairTable {
  const [rows, width] = [first.most + 1, second.most + 1];
  const elements = rows * width;
  const int8 = new Int8Array(rows + width + elements);
  for (let v = 0; v < rows; v++) int8[v] = first.least + v;
  for (let v = 0; v < width; v++) int8[rows + v] = second.least + v;
  const walk = { elements, elementsPerTile: elements, width, step1: 0, step2: 1 };
  const loops = { sizes: [rows], strides1: [1], strides2: [0] };
  const places = { input1: 0, input2: rows, output: rows + width };
  layer.kernel({ int8 } as Memory, { ...layer, ...walk, ...loops, ...places } as AddLayer, 0);
  const outputs = Uint8Array.from(int8.subarray(rows + width), (q) => q - layer.min);
  return { first: rows, second: width, outputs, most: layer.max - layer.min };
}

function realSum(layer: AddLayer, first: Values, second: Values): RealSum {
  const output = layer.outputMultiplier * 2 ** (20 - 31 - layer.outputShift);
  const a = layer.multiplier1 * 2 ** (-31 - layer.shift1) * output;
  const b = layer.multiplier2 * 2 ** (-31 - layer.shift2) * output * (layer.subtract ? -1 : 1);
  const offset =
    layer.outputZeroPoint -
    layer.min +
    a * (first.least + layer.offset1) +
    b * (second.least + layer.offset2);
  return { first: a, second: b, offset };
}

/** The least and the greatest sum, with nothing added for rounding where `one` is 1. */
function rangeOf({ first, second, offset }: RealSum, one: number, table: PairTable) {
  const ends = [0, first * (table.first - 1)].flatMap((a) =>
    [0, second * (table.second - 1)].map((b) => Math.floor((a + b + offset) / one)),
  );
  return { min: Math.min(...ends), max: Math.max(...ends) };
}

/** How sums of about a range are clamped; rounding and inexact factors take them a little further. */
function clampsFor({ min, max }: { min: number; max: number }, most: number): Clamp {
  const isAbove = max + 2 > most;
  const isBelow = min - 1 < 0 || (isAbove && most < 255);
  let k = 8;
  while (2 ** k < Math.max(1 - min, max + 3)) k++;
  return { k, isBelow, isAbove, most };
}

function isWithin({ min, max }: { min: number; max: number }, { k, isBelow, isAbove, most }: Clamp): boolean {
  return min >= (isBelow ? -(2 ** k) : 0) && max <= (isAbove ? 2 ** k - 1 : most);
}

/**
 * The bits that each digit leaves to those below it.
 *
 * @param terms most that lane values come to, an offset of as many bits as the factors included
 */
function shiftsFor(
  laneBits: number,
  digits: number,
  { k, isBelow, isAbove }: Clamp,
  terms: number,
): number[] | undefined {
  // Above its value a lane then holds bits of its neighbour, which clamping removes; its sums need one more for that.
  const last = laneBits - k - (isBelow ? 1 : 0) - (isAbove ? 1 : 0);
  let lower = laneBits - 1;
  while (lower > 0 && (2 ** lower - 1) * terms + 2 ** (laneBits - lower) > 2 ** laneBits) lower--;
  const shifts = [last];
  for (let left = MOST_SHIFT - last; shifts.length < digits; left -= lower) {
    if (left <= 0) return undefined;
    shifts.unshift(Math.min(left, lower));
  }
  return last < 1 || lower < 1 ? undefined : shifts;
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
    const digit = (value: number) => value - one * Math.floor(value / one);
    const up = (value: number) => Math.floor(value / one);
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
 * @param a and `b`: planes of bytes, as variables; lanes between positions are 0
 */
export function added(
  program: Program,
  geometry: Geometry,
  { digits, ...clamp }: AdditionScaling,
  a: Vector,
  b: Vector,
  statements?: string[],
): Vector {
  const lanes = positions(geometry);
  const last = digits.length - 1;
  const inAll = (name: string, value: number) =>
    program.constant(`${name}${value}`, inLanes(geometry, lanes, BigInt(value)));
  let y: Vector = { text: "0n", bits: 1 };
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
  if (!clamp.isBelow && !clamp.isAbove) y = program.and(y, inAll("BYTES", 255));
  return clamped(
    program,
    geometry,
    lanes,
    statements ? program.assign("y", y, statements) : operand(y),
    clamp,
  );
}

/** Σ factor · vector, those with positive factors first. */
function weighted(
  program: Program,
  terms: readonly (readonly [factor: number, vector: Vector | 0])[],
): Vector {
  const signed = [...terms].sort(([f], [g]) => Math.sign(g) - Math.sign(f));
  let total: Vector | undefined;
  for (const [factor, vector] of signed) {
    if (factor === 0 || vector === 0) continue;
    const product =
      Math.abs(factor) === 1 ? vector : program.multiply(vector, program.number(Math.abs(factor)));
    if (factor < 0) total = program.subtract(total ?? { text: "0n", bits: 1 }, product);
    else total = total ? program.add(total, product) : product;
  }
  return total ?? { text: "0n", bits: 1 };
}
