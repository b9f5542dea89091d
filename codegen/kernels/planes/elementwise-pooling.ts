/** MAX_POOL_2D and AVERAGE_POOL_2D of one channel in planes, at every position: strides are a matter of who reads it. */

import { activationRange } from "../../arithmetic/activation.js";
import { span } from "../../graph/lanes.js";
import type { Node } from "../../ops/node.js";
import { activationLimits } from "../../ops/support/activations.js";
import type { PoolAttributes } from "../../ops/support/pool.js";
import { windowConstants } from "../../ops/support/window.js";
import { allBits } from "../element.js";
import { type DigitScaling, digitSum, fitDigits } from "./elementwise-digits.js";
import { elementsIn, type Geometry, inLanes } from "./geometry.js";
import type { Program, Vector } from "./program.js";
import type { PlaneTensor } from "./tensor.js";

type Values = Pick<PlaneTensor, "least" | "most">;

/** A window in the terms of a geometry's rows and columns, and how far it begins before its position. */
export interface LaneWindow {
  readonly rows: number;
  readonly columns: number;
  readonly rowsBefore: number;
  readonly columnsBefore: number;
}

export function laneWindow(node: Node<PoolAttributes>, isTransposed: boolean): LaneWindow {
  const { filterHeight, filterWidth } = node.attributes;
  const { padTop, padLeft } = windowConstants(node, filterHeight, filterWidth);
  return isTransposed
    ? { rows: filterWidth, columns: filterHeight, rowsBefore: padLeft, columnsBefore: padTop }
    : { rows: filterHeight, columns: filterWidth, rowsBefore: padTop, columnsBefore: padLeft };
}

/**
 * The greatest element of each window, less the least value as its input is. What lies outside the input counts as 0, as long as
 * rows are as far apart as windows reach beyond them. Statements leave values in the variables `x` and `y`.
 *
 * @param geometry with lanes of a bit more than an element
 * @param plane elements, as an expression; lanes between positions are 0
 * @param wanted the lanes of the positions that are wanted, in order; all others are 0 in the result
 */
export function maxPooled(
  program: Program,
  geometry: Geometry,
  { rows, columns, rowsBefore, columnsBefore }: LaneWindow,
  plane: Vector,
  wanted: readonly number[],
  statements: string[],
): Vector {
  const { element } = geometry;
  const row = geometry.stride * geometry.bits;
  const before = rowsBefore * geometry.stride + columnsBefore;
  const lanes = Array.from({ length: span(geometry) + before }, (_, i) => i);
  const guard = program.constant("GUARD", inLanes(geometry, lanes, 1n << BigInt(element)));
  const ones = program.constant("ALL_ONES", inLanes(geometry, lanes, 1n));
  let y = program.assign("y", program.shiftLeft(plane, before * geometry.bits), statements);
  const reduce = (count: number, distance: number) => {
    for (let have = 1; have < count; have = Math.min(2 * have, count)) {
      const other = program.shiftRight(y, Math.min(have, count - have) * distance);
      // 256 + other − y for bytes: from bit 8 on it says whether the other one is greater, and below it by how much.
      const x = program.assign("x", program.subtract(program.add(other, guard), y), statements);
      const isGreater = program.multiply(
        program.and(program.shiftRight(x, element), ones),
        program.number(allBits(element)),
      );
      y = program.assign("y", program.add(y, program.and(x, isGreater)), statements);
    }
  };
  reduce(columns, geometry.bits);
  reduce(rows, row);
  return program.and(y, program.constant("ELEMENTS", elementsIn(geometry, wanted)));
}

/** How sums of windows become means. */
export interface MeanScaling {
  /** Each sum is multiplied, so that it is one of so many values. */
  readonly count: number;
  readonly scaling: DigitScaling;
}

/** The greatest sum that is tried: all of them are checked. */
const MOST_SUM = 2 ** 16;

/**
 * How means of windows are rounded and clamped in lanes of some width; exact for all sums.
 *
 * @param node an AVERAGE_POOL_2D
 * @param values of its input
 * @returns with the values of its output; undefined where nothing exact was found
 */
export function fitAverage(
  node: Node<PoolAttributes>,
  { least, most }: Values,
  laneBits: number,
): (Values & MeanScaling) | undefined {
  const count = counts(node).reduce(leastCommonMultiple);
  if (count * most >= Math.min(2 ** laneBits, MOST_SUM)) return undefined;
  const to = pooledValues(node, { least, most });
  const half = count >> 1;
  const outputs = Uint8Array.from({ length: count * most + 1 }, (_, v) => {
    const total = v + count * least;
    const mean = Math.trunc((total > 0 ? total + half : total - half) / count);
    return Math.max(0, Math.min(to.most, mean - to.least));
  });
  const table = { first: outputs.length, second: 1, outputs, most: to.most };
  const scaling = fitDigits(table, { first: 1 / count, second: 0, offset: least - to.least }, laneBits);
  return scaling && { ...to, count, scaling };
}

/** Those that a pool makes of values: what lies between them, as its activation cuts them off. */
export function pooledValues(node: Node<PoolAttributes>, { least, most }: Values): Values {
  const output = node.perTensor(node.output(), "the output");
  const range = activationRange(node.attributes.activation, output, activationLimits(node));
  const min = Math.max(least, range.min);
  return { least: min, most: Math.max(0, Math.min(least + most, range.max) - min) };
}

/** How many elements of the input windows cover, each number once. */
function counts(node: Node<PoolAttributes>): number[] {
  const { filterHeight, filterWidth } = node.attributes;
  const it = windowConstants(node, filterHeight, filterWidth);
  const along = (outputs: number, stride: number, size: number, window: number, before: number) =>
    Array.from({ length: outputs }, (_, i) => covered(i * stride, size, window, before));
  const down = along(it.outputHeight, it.strideHeight, it.inputHeight, filterHeight, it.padTop);
  const across = along(it.outputWidth, it.strideWidth, it.inputWidth, filterWidth, it.padLeft);
  return [...new Set(down.flatMap((rows) => across.map((columns) => rows * columns)))];
}

/** How much of a window of some place lies inside, in one dimension. */
function covered(at: number, size: number, window: number, before: number): number {
  return Math.min(size, at - before + window) - Math.max(0, at - before);
}

function leastCommonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}

/**
 * The mean of what windows cover of the input, rounded half away from zero (reference/integer_ops/pooling.h), less the
 * output's least value. Rows are as far apart as windows reach beyond them. A sum of few elements is multiplied, as if it
 * was one of many: its mean stays what it is. Statements leave values in the variables `x` and `y`.
 *
 * @param mean from `fitAverage`
 * @param plane elements, as an expression; lanes between positions are 0
 * @param wanted the lanes of the positions that are wanted, in order; all others are 0 in the result
 */
export function averagePooled(
  program: Program,
  geometry: Geometry,
  { rows, columns, rowsBefore, columnsBefore }: LaneWindow,
  { count, scaling }: MeanScaling,
  plane: Vector,
  wanted: readonly number[],
  statements: string[],
): Vector {
  const before = rowsBefore * geometry.stride + columnsBefore;
  let y = program.assign("y", program.shiftLeft(plane, before * geometry.bits), statements);
  const sum = (count: number, distance: number) => {
    if (count === 1) return;
    const x = program.assign("x", y, statements);
    for (let i = 1; i < count; i++)
      y = program.assign("y", program.add(program.shiftRight(y, distance), x), statements);
  };
  sum(columns, geometry.bits);
  sum(rows, geometry.stride * geometry.bits);
  const factor = (at: number) => {
    const [row, column] = [Math.floor(at / geometry.stride), at % geometry.stride];
    const [down, across] = [
      covered(row, geometry.rows, rows, rowsBefore),
      covered(column, geometry.columns, columns, columnsBefore),
    ];
    return count / (down * across);
  };
  const factors = [...new Set(wanted.map(factor))];
  if (factors.length > 1) {
    const full = (1n << BigInt(geometry.bits)) - 1n;
    const terms = factors.map((it) => {
      const lanes = wanted.filter((at) => factor(at) === it);
      const own = program.and(y, program.constant(`TIMES${it}`, inLanes(geometry, lanes, full)));
      return it === 1 ? own : program.multiply(own, program.number(it));
    });
    y = program.assign(
      "y",
      terms.reduce((total, it) => program.add(total, it)),
      statements,
    );
  }
  return digitSum(program, geometry, scaling, [y], wanted, statements);
}
