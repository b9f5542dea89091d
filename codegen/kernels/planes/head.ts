/** The operator that begins a layer of planes: a convolution over all channels of its input. */

import type { Interval } from "../../arithmetic/scaling.js";
import { planeCount, span } from "../../graph/lanes.js";
import type { Convolution, Filter } from "../convolution.js";
import { fromArena } from "./arena.js";
import { type Geometry, inLanes, positions } from "./geometry.js";
import type { Places } from "./handover.js";
import type { Program, Vector } from "./program.js";
import { type LaneScaling, requantized } from "./requantization.js";
import { allRows, placeText, type Rows } from "./rows.js";
import { type Piece, piece, WRITE_PLANE } from "./steps.js";
import { displacement, type Reach, reachOf, sum, type Tap } from "./sum.js";
import type { PlaneTensor } from "./tensor.js";
import { fromPlanes } from "./unpacking.js";
import { pairedSum, transformsFromArena, transformsOf } from "./winograd.js";

/** Where the head's input is: planes, or NHWC elements in the arena. */
export type Source =
  | {
      readonly at: "planes";
      readonly tensor: PlaneTensor;
      readonly isLastUse: boolean;
      /** What is read of it; all if not given. */
      readonly rows?: Rows;
      /** Whether a later stage reads it, too. */
      readonly isReadAgain?: boolean;
      /** Whether even rows are to be put before odd ones as it is brought. */
      readonly isSeparated?: boolean;
      /** Phases to be kept for the next layer, and those that the one before has kept. */
      readonly kept?: Places;
      readonly found?: Places;
    }
  | { readonly at: "arena" };

/**
 * A plane of every stride-th row and column of a channel, so that a convolution with a stride is several without one.
 * Row and column are the first that it has of the input.
 */
export interface Phase {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

/** A convolution in the terms of one geometry. */
export interface Placement {
  readonly convolution: Convolution;
  readonly phases: readonly Phase[];
  readonly reach: Reach;
  /** For each output channel; `plane` is channel · phases + phase. */
  readonly taps: readonly (readonly Tap[])[];
  /** Whether rows are computed in pairs, from the transforms of winograd.ts. */
  readonly isPaired?: boolean;
}

/** Places a convolution's taps; rows run along the height where `isTransposed`. */
export function place(convolution: Convolution, isTransposed: boolean): Placement {
  const { strideHeight, strideWidth, padTop, padLeft, dilationHeight, dilationWidth } = convolution;
  const { inputHeight, inputWidth } = convolution;
  const vertical = { stride: strideHeight, pad: padTop, dilation: dilationHeight, size: inputHeight };
  const horizontal = { stride: strideWidth, pad: padLeft, dilation: dilationWidth, size: inputWidth };
  const [slow, fast] = isTransposed ? [horizontal, vertical] : [vertical, horizontal];
  const phases: Phase[] = [];
  const index = new Map<string, number>();
  const locate = (at: { stride: number; pad: number; dilation: number }, k: number) => {
    const offset = k * at.dilation - at.pad;
    const phase = ((offset % at.stride) + at.stride) % at.stride;
    return { phase, distance: (offset - phase) / at.stride };
  };
  const count = (size: number, stride: number, phase: number) => Math.ceil((size - phase) / stride);
  const phaseOf = (row: number, column: number): number => {
    const key = `${row},${column}`;
    const known = index.get(key);
    if (known !== undefined) return known;
    index.set(key, phases.length);
    const rows = count(slow.size, slow.stride, row);
    phases.push({ row, column, rows, columns: count(fast.size, fast.stride, column) });
    return phases.length - 1;
  };
  const placed = convolution.filters.map(({ taps }) =>
    taps.flatMap(({ channel, ky, kx, weight }) => {
      const row = locate(slow, isTransposed ? kx : ky);
      const column = locate(fast, isTransposed ? ky : kx);
      // A small input has nothing in some phases: such a tap always looks at padding.
      if (row.phase >= slow.size || column.phase >= fast.size) return [];
      const phase = phaseOf(row.phase, column.phase);
      return [{ channel, phase, dy: row.distance, dx: column.distance, weight }];
    }),
  );
  if (phases.length === 0) phaseOf(0, 0);
  return {
    convolution,
    phases,
    reach: reachOf(placed.flat()),
    taps: placed.map((taps) =>
      taps.map(({ channel, phase, ...tap }) => ({ ...tap, plane: channel * phases.length + phase })),
    ),
  };
}

/** Lanes from row to row that keep rows apart. @param columns of the output */
export function strideFor({ phases, reach }: Placement, columns: number): number {
  const widest = Math.max(...phases.map((phase) => phase.columns));
  return Math.max(columns + reach.dxMax, widest - reach.dxMin);
}

/** The accumulators that occur, padding and everything between included. @param x values above the zero point */
export function accumulators({ taps, bias }: Filter, x: Interval): Interval {
  let [min, max] = [bias, bias];
  for (const { weight } of taps) {
    min += Math.min(0, weight * x.min, weight * x.max);
    max += Math.max(0, weight * x.min, weight * x.max);
  }
  return { min, max };
}

/** What a plane of the input is assigned to, such as `planes[40]`. */
export type Target = (plane: number) => string;

/** Writes the pieces that bring the input's planes where they belong, in the geometry of the output. */
export function loading(
  program: Program,
  source: Source,
  placement: Placement,
  geometry: Geometry,
  target: Target,
): Piece[] | undefined {
  if (source.at === "arena")
    return placement.isPaired
      ? transformsFromArena(program, placement, geometry, target)
      : fromArena(program, placement, geometry, target);
  const { tensor, rows = allRows(tensor) } = source;
  const write = placement.isPaired
    ? transformsOf(program, tensor, rows, geometry, target)
    : fromPlanes(program, source, rows, placement, geometry, target);
  let isPossible = true;
  const pieces = Array.from({ length: planeCount(tensor) }, (_, index) =>
    piece(program, (statements, planes) => {
      if (!write(index, statements, planes)) isPossible = false;
      if (!source.isLastUse || rows.bands > 1) return;
      for (let band = 0; band < tensor.bands; band++) {
        statements.push(`${placeText(tensor, index, band, 0)} = 0n;`);
        program.spend(WRITE_PLANE);
      }
    }),
  );
  return isPossible ? pieces : undefined;
}

/**
 * The elements of one output channel; where rows are computed in pairs, all even ones before all odd ones.
 *
 * @param planes the planes that taps speak of
 * @param wanted the lanes of the positions that are wanted; all where not given
 */
export function channel(
  program: Program,
  placement: Placement,
  geometry: Geometry,
  scaling: LaneScaling,
  planes: readonly Vector[],
  output: number,
  wanted: readonly number[] = positions(geometry),
): Vector {
  const acc = accumulator(program, placement, geometry, scaling, planes, output);
  return requantized(program, geometry, scaling, acc, displacement(geometry, placement.reach), wanted);
}

/** The biased accumulators of one output channel, above their positions by the displacement of the placement's reach. */
export function accumulator(
  program: Program,
  { reach, taps, phases, convolution, isPaired }: Placement,
  geometry: Geometry,
  scaling: LaneScaling,
  planes: readonly Vector[],
  output: number,
): Vector {
  const above = displacement(geometry, reach);
  program.repeats(geometry.bits, geometry.bits * geometry.stride);
  // A sum is not to be negative as a whole, so each lane that a product reaches takes part.
  const highest = Math.max(...phases.map((phase) => span({ ...geometry, ...phase })));
  const reached = highest + above - reach.dyMin * geometry.stride - reach.dxMin;
  const lanes = Array.from({ length: Math.max(reached, above + span(geometry)) }, (_, i) => i);
  const { filters } = convolution;
  const bias = BigInt(filters[output].bias + scaling.bias);
  const isCommon = scaling.isCommon && filters.every((it) => it.bias === 0);
  const every = () => program.constant("ALL", inLanes(geometry, lanes, 1n));
  const start =
    bias === 0n
      ? undefined
      : isCommon
        ? program.constant("START", inLanes(geometry, lanes, bias))
        : program.multiply(every(), program.literal(bias));
  return isPaired
    ? pairedSum(program, geometry, reach, taps[output], start, planes)
    : sum(program, geometry, reach, taps[output], start, planes);
}
