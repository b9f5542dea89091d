/** MAX_POOL_2D and AVERAGE_POOL_2D of one channel in planes, at every position: strides are a matter of who reads it. */
import { activationRange } from "../../arithmetic/activation.js";
import type { Node } from "../../ops/node.js";
import type { PoolAttributes } from "../../ops/support/pool.js";
import { windowConstants } from "../../ops/support/window.js";
import { type DigitScaling, digitSum, fitDigits } from "./elementwise-digits.js";
import { type Geometry, inLanes, span } from "./geometry.js";
import type { Program, Vector } from "./program.js";
import type { PlaneTensor } from "./tensor.js";

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
 * The greatest byte of each window, less the least value as its input is. What lies outside the input counts as 0, as long as
 * rows are as far apart as windows reach beyond them. Statements leave values in the variables `x` and `y`.
 *
 * @param geometry with lanes of 9 bits or more
 * @param plane bytes, as an expression; lanes between positions are 0
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
  const row = geometry.stride * geometry.bits;
  const before = rowsBefore * geometry.stride + columnsBefore;
  const lanes = Array.from({ length: span(geometry) + before }, (_, i) => i);
  const guard = program.constant("GUARD", inLanes(geometry, lanes, 256n));
  const ones = program.constant("ALL_ONES", inLanes(geometry, lanes, 1n));
  let y = program.assign("y", program.shiftLeft(plane, before * geometry.bits), statements);
  const reduce = (count: number, distance: number) => {
    for (let have = 1; have < count; have = Math.min(2 * have, count)) {
      const other = program.shiftRight(y, Math.min(have, count - have) * distance);
      // 256 + other − y: from bit 8 on it says whether the other one is greater, and below it by how much.
      const x = program.assign("x", program.subtract(program.add(other, guard), y), statements);
      const isGreater = program.multiply(program.and(program.shiftRight(x, 8), ones), program.number(255));
      y = program.assign("y", program.add(y, program.and(x, isGreater)), statements);
    }
  };
  reduce(columns, geometry.bits);
  reduce(rows, row);
  return program.and(y, program.constant("BYTES", inLanes(geometry, wanted, 255n)));
}

/**
 * How means of windows are rounded and clamped in lanes of some width; exact for all sums.
 *
 * @param node an AVERAGE_POOL_2D
 * @param values of its input
 * @returns undefined where nothing exact was found, or where windows leave the input
 */
export function fitAverage(
  node: Node<PoolAttributes>,
  { least, most }: Pick<PlaneTensor, "least" | "most">,
  laneBits: number,
): DigitScaling | undefined {
  const { filterHeight, filterWidth, padding, activation } = node.attributes;
  const count = filterHeight * filterWidth;
  if (padding !== "VALID" || count * most >= 2 ** laneBits) return undefined;
  const { min, max } = activationRange(activation, node.perTensor(node.output(), "the output"));
  const half = count >> 1;
  const outputs = Uint8Array.from({ length: count * most + 1 }, (_, v) => {
    const total = v + count * least;
    const mean = Math.trunc((total > 0 ? total + half : total - half) / count);
    return Math.max(min, Math.min(max, mean)) - min;
  });
  const table = { first: outputs.length, second: 1, outputs, most: max - min };
  return fitDigits(table, { first: 1 / count, second: 0, offset: least - min }, laneBits);
}

/**
 * The mean of each window, rounded half away from zero (reference/integer_ops/pooling.h), less the output's least value.
 * Statements leave values in the variables `x` and `y`.
 *
 * @param window inside the input for all positions that are wanted
 * @param scaling from `fitAverage`
 * @param plane bytes, as an expression
 * @param wanted the lanes of the positions that are wanted, in order; all others are 0 in the result
 */
export function averagePooled(
  program: Program,
  geometry: Geometry,
  { rows, columns }: Pick<LaneWindow, "rows" | "columns">,
  scaling: DigitScaling,
  plane: Vector,
  wanted: readonly number[],
  statements: string[],
): Vector {
  let y = program.assign("y", plane, statements);
  const sum = (count: number, distance: number) => {
    if (count === 1) return;
    const x = program.assign("x", y, statements);
    for (let i = 1; i < count; i++)
      y = program.assign("y", program.add(program.shiftRight(y, distance), x), statements);
  };
  sum(columns, geometry.bits);
  sum(rows, geometry.stride * geometry.bits);
  return digitSum(program, geometry, scaling, [y], wanted, statements);
}
