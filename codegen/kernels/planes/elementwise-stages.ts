/** Functions and pools of one channel as stages of a layer of planes. */
import { type DigitScaling, digitSum } from "./elementwise-digits.js";
import type { FunctionScaling } from "./elementwise-function.js";
import { averagePooled, type LaneWindow, type MeanScaling, maxPooled } from "./elementwise-pooling.js";
import { type Geometry, lane, positions, remembered } from "./geometry.js";
import { writeMoves } from "./moves.js";
import type { Program, Vector } from "./program.js";

/** A function of each byte. */
export interface FunctionStage {
  readonly geometry: Geometry;
  readonly scaling: FunctionScaling;
}

/** The mean of each window, or the greatest byte of each and how these are cut off. */
export interface PoolStage {
  readonly geometry: Geometry;
  readonly window: LaneWindow;
  readonly clamp?: DigitScaling;
  readonly mean?: MeanScaling;
  readonly thinned?: Thinned;
}

/** Some positions of a geometry, in one of their own. */
export interface Thinned {
  readonly geometry: Geometry;
  /** Rows and columns from one wanted position to the next. */
  readonly slow: number;
  readonly fast: number;
}

/** Statements leave values in the variables `w`, `x` and `y`. @returns in the variable `y` */
export function writeFunction(
  program: Program,
  { geometry, scaling: [first, second] }: FunctionStage,
  input: Vector,
  statements: string[],
): Vector {
  const piece = (of: DigitScaling, value: Vector) =>
    digitSum(program, geometry, of, [value], positions(geometry), statements);
  if (!second) return program.assign("y", piece(first, input), statements);
  const w = program.assign("w", input, statements);
  const x = program.assign("x", piece(first, w), statements);
  return program.assign("y", program.add(x, piece(second, w)), statements);
}

/** @returns in the variable `y` */
export function writePool(program: Program, stage: PoolStage, plane: Vector, statements: string[]): Vector {
  const { geometry, window, clamp, mean, thinned } = stage;
  const wanted = wantedBy(stage);
  const pooled = mean
    ? averagePooled(program, geometry, window, mean, plane, wanted, statements)
    : maxPooled(program, geometry, window, plane, wanted, statements);
  let y = program.assign("y", pooled, statements);
  if (clamp) y = program.assign("y", digitSum(program, geometry, clamp, [y], wanted, statements), statements);
  return thinned ? movedTogether(program, geometry, thinned, geometry.element, y, statements)! : y;
}

/** The lanes of the positions that a stage's results are wanted of, in order. */
export const wantedBy: (stage: {
  readonly geometry: Geometry;
  readonly thinned?: Thinned;
}) => readonly number[] = remembered(({ geometry, thinned }) => {
  if (!thinned) return positions(geometry);
  const { geometry: thin, slow, fast } = thinned;
  return positions(thin).map((at) =>
    lane(geometry, slow * Math.floor(at / thin.stride), fast * (at % thin.stride)),
  );
});

/**
 * Moves the positions that are wanted to their places, in the variable `y`.
 *
 * @param field bits of each that move
 * @returns undefined where fields would overlap on the way
 */
export function movedTogether(
  program: Program,
  geometry: Geometry,
  { geometry: thin, slow, fast }: Thinned,
  field: number,
  value: Vector,
  statements: string[],
): Vector | undefined {
  const from = { column: fast * geometry.bits, row: slow * geometry.stride * geometry.bits };
  const to = { column: thin.bits, row: thin.stride * thin.bits };
  return writeMoves(program, "y", value, thin, field, from, to, statements);
}
