/** Convolutions of a layer whose weights are data, as expressions for one output channel: what is the same for all of them. */
import { span } from "../../../graph/lanes.js";
import type { Filter } from "../../convolution.js";
import { type Geometry, inLanes, positions } from "../geometry.js";
import type { Placement } from "../head.js";
import type { Program, Vector } from "../program.js";
import { clamped } from "../requantization.js";
import { displacement } from "../sum.js";
import {
  clampFor,
  type DigitOperands,
  type Digits,
  digitShifts,
  isSigned,
  middle,
  scaled,
} from "./digits.js";
import { every, inHalves, inPairs, type Pairs, unpaired } from "./pairs.js";
import type { Records } from "./records.js";
import { reachedLanes, rowSum, runsOf } from "./sums.js";

/** A convolution, and the constants of its output channels. */
export interface DataStage {
  readonly placement: Placement;
  readonly geometry: Geometry;
  readonly digits: readonly Digits[];
}

/**
 * The bytes of an output channel, by the variables `x` and `y`, in `y`.
 *
 * @param planes those that its runs speak of; lanes between positions are 0
 */
export function rowChannel(
  program: Program,
  records: Records,
  stage: DataStage,
  planes: readonly Vector[],
  isSingle: boolean,
  statements: string[],
): Vector {
  const { placement, geometry, digits } = stage;
  const { filters } = placement.convolution;
  const { bits } = geometry;
  const reached = reachedLanes(placement, geometry);
  const start = startOf(program, records, filters, bits, every(reached, bits, 1n));
  const runs = runsOf(placement, geometry, isSingle);
  const x = rowSum(program, records, stage, runs, planes, start, statements);
  const above = displacement(geometry, placement.reach);
  const halves = Math.ceil(span(geometry) / 2);
  const inEven = (name: string, value: bigint) =>
    program.constant(name, every(halves, 2 * bits, value) << BigInt(bits * above));
  const units = inEven("UNITS", 1n);
  const operands = digitOperands(program, records, digits, bits, units, statements);
  const even = inEven("EVEN", (1n << BigInt(bits)) - 1n);
  const half = (lanes: Vector) =>
    scaled(program, bits, program.assign("y", lanes, statements), operands, units, even);
  const { high } = digitShifts(bits);
  const results = inEven("RESULTS", ((1n << BigInt(bits - 2)) - 1n) << BigInt(high));
  const first = program.assign("z", half(program.and(x, even)), statements);
  const second = program.assign("y", half(program.and(program.shiftRight(x, bits), even)), statements);
  const moved = program.shiftLeft(program.and(second, results), bits);
  const both = program.or(program.and(first, results), moved);
  return clampedChannel(
    program,
    geometry,
    filters,
    program.shiftRight(both, bits * above + high),
    statements,
  );
}

/** The same of a pointwise convolution over pairs of channels. */
export function pairChannel(
  program: Program,
  records: Records,
  stage: DataStage,
  pairs: Pairs,
  planes: readonly Vector[],
  statements: string[],
): Vector {
  const { placement, geometry, digits } = stage;
  const { filters } = placement.convolution;
  const { bits } = geometry;
  let sum = startOf(program, records, filters, bits, inHalves(pairs, 1n));
  for (const [i, plane] of planes.entries()) {
    const number = records.readWeights(program, bits + 8, stage, (output) => {
      const [first, second] = placement.taps[output]
        .slice(2 * i, 2 * i + 2)
        .map(({ weight }) => BigInt(weight));
      return (second ?? 0n) + (first << BigInt(bits));
    });
    sum = program.add(sum, program.multiply(plane, number));
  }
  const upper = program.constant("UPPER", inPairs(pairs, bits, (1n << BigInt(bits)) - 1n));
  const x = program.assign("x", program.and({ ...sum, text: `(${sum.text})` }, upper), statements);
  const units = program.constant("UNITS", inPairs(pairs, bits, 1n));
  const operands = digitOperands(program, records, digits, bits, units, statements);
  const z = program.assign("y", scaled(program, bits, x, operands, units, upper), statements);
  return clampedChannel(program, geometry, filters, unpaired(program, pairs, z), statements);
}

/** The middle of a lane in every one, and what has to be there for the accumulators' signs to be seen. */
function startOf(
  program: Program,
  records: Records,
  filters: readonly Filter[],
  bits: number,
  ones: bigint,
): Vector {
  if (!isSigned(filters[0].requantization)) return program.constant("START", ones * middle(bits));
  const start = records.read(program, bits, (output) => middle(bits) + BigInt(filters[output].bias));
  return program.multiply(program.constant("ALL", ones), start);
}

/** Reads an output channel's constants; those that are used twice into variables. */
function digitOperands(
  program: Program,
  records: Records,
  digits: readonly Digits[],
  bits: number,
  units: Vector,
  statements: string[],
): DigitOperands {
  const read = (name: string, width: number, of: (it: Digits) => bigint) =>
    program.assign(
      name,
      records.read(program, width, (output) => of(digits[output])),
      statements,
    );
  const high = read("high", bits, (it) => it.high);
  const low = read("low", bits - 1, (it) => it.low);
  const offset = records.read(program, 2 * bits, (output) => digits[output].offset);
  const all = program.assign("offset", program.multiply(units, offset), statements);
  if (!digits.some((it) => it.isSigned)) return { high, low, offset: all };
  return { high, low, offset: all, step: read("step", 2 * bits, (it) => it.step) };
}

function clampedChannel(
  program: Program,
  geometry: Geometry,
  filters: readonly Filter[],
  y: Vector,
  statements: string[],
): Vector {
  const z = program.assign("y", y, statements);
  const clamp = clampFor(geometry.bits, filters[0].requantization);
  return program.assign("y", clamped(program, geometry, positions(geometry), z, clamp), statements);
}

/** The lanes of positions, less what zero is there. */
export function lifted(program: Program, geometry: Geometry, value: Vector, zero: number): Vector {
  return zero === 0
    ? value
    : program.subtract(value, program.constant("ZERO", inLanes(geometry, positions(geometry), BigInt(zero))));
}
