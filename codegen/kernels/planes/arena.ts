/** Brings NHWC elements of the arena into planes. */
import * as cost from "../../cost/bigint.js";
import * as garbage from "../../cost/garbage.js";
import { leastOf, signBit } from "../element.js";
import { elementsIn, type Geometry, inLanes, positions } from "./geometry.js";
import type { Phase, Placement, Target } from "./head.js";
import { writeMoves } from "./moves.js";
import type { Program, Vector } from "./program.js";
import { block, type Piece, piece, WRITE_PLANE } from "./steps.js";

/** A plane's elements, every so many in the arena. */
interface Source {
  readonly plane: number;
  readonly phase: Phase;
  /** The first one, and where that is among the elements that repeat themselves. */
  readonly first: number;
  readonly at: number;
}

/** Instructions of a byte in `transposed`. */
export const TRANSPOSE = 2300;

/**
 * The pieces that fill the planes of a convolution's input.
 *
 * @returns undefined where elements would overlap on the way
 */
export function fromArena(
  program: Program,
  placement: Placement,
  geometry: Geometry,
  target: Target,
): Piece[] | undefined {
  // Elements that are neighbours move together, as far as a lane holds them.
  for (let together = Math.floor(geometry.bits / geometry.element); together >= 1; together--) {
    const pieces = loadedBy(program, placement, geometry, target, together);
    if (pieces) return pieces;
  }
  return undefined;
}

function loadedBy(
  program: Program,
  { convolution, phases }: Placement,
  geometry: Geometry,
  target: Target,
  together: number,
): Piece[] | undefined {
  const { inputHeight, inputWidth, inputDepth, inputZeroPoint, strideHeight, strideWidth } = convolution;
  const { transposed, element } = geometry;
  const length = inputHeight * inputWidth * inputDepth;
  const [width, slowStride, fastStride] = transposed
    ? [inputHeight, strideWidth, strideHeight]
    : [inputWidth, strideHeight, strideWidth];
  const from = {
    column: element * inputDepth * fastStride,
    row: element * inputDepth * width * slowStride,
  };
  const to = { column: geometry.bits, row: geometry.bits * geometry.stride };
  const sources = phases.flatMap((phase, i) =>
    Array.from({ length: inputDepth }, (_, channel): Source => {
      const at = phase.column * inputDepth + channel;
      return {
        plane: channel * phases.length + i,
        phase,
        first: phase.row * width * inputDepth + at,
        at,
      };
    }),
  );
  let isPossible = true;
  const pieces = grouped(sources, together).map((group) =>
    piece(program, (statements) => {
      const [{ first, phase, at }] = group;
      const bytes = ((length - first) * element) / 8;
      const name = transposed ? `turned, ${first}` : `int8, inputs[0] + ${(first * element) / 8}`;
      const read = { text: `fromBytes(${name}, ${bytes})`, bits: 8 * bytes };
      program.spend(cost.fromBytes(bytes / 4), garbage.fromBytes(bytes / 4));
      const size = {
        rows: phase.rows,
        columns: Math.max(...group.map((it) => it.phase.columns)),
      };
      const field = element * (group[group.length - 1].at - at + 1);
      const moved = writeMoves(program, "x", read, size, field, from, to, statements);
      if (!moved) isPossible = false;
      if (!moved) return;
      for (const it of group) {
        const lanes = positions({ ...geometry, rows: it.phase.rows, columns: it.phase.columns });
        const mask = program.constant("ELEMENTS", elementsIn(geometry, lanes));
        const own: Vector =
          group.length === 1 ? moved : program.and(program.shiftRight(moved, element * (it.at - at)), mask);
        // Elements have a sign: with their high bit turned they count from the least one.
        const counted = program.xor(
          own,
          program.constant("HIGH", inLanes(geometry, lanes, signBit(element))),
        );
        const zero = inLanes(geometry, lanes, BigInt(inputZeroPoint - leastOf(element)));
        const value = zero === 0n ? counted : program.subtract(counted, program.constant("ZERO", zero));
        statements.push(`${target(it.plane)} = ${value.text};`);
        program.spend(WRITE_PLANE);
      }
    }),
  );
  if (!isPossible) return undefined;
  if (!transposed) return pieces;
  const turned = piece(program, (statements) => {
    statements.push(`const turned = transposed(int8, inputs[0], ${inputHeight}, ${inputWidth});`);
    program.spend(TRANSPOSE * length);
  });
  return [block([turned, ...pieces])];
}

/** Sources that lie side by side, at most so many elements from the first to the last. */
function grouped(sources: readonly Source[], together: number): Source[][] {
  const groups: Source[][] = [];
  for (const source of [...sources].sort((a, b) => a.phase.row - b.phase.row || a.at - b.at)) {
    const group = groups[groups.length - 1];
    if (group && group[0].phase.row === source.phase.row && source.at - group[0].at < together)
      group.push(source);
    else groups.push([source]);
  }
  return groups;
}
