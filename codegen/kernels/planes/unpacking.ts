/** From a tensor at rest, of which several channels share a BigInt, to a plane for each channel and phase. */
import { span } from "../../graph/lanes.js";
import { elementsIn, type Geometry, inLanes, positions } from "./geometry.js";
import type { Phase, Placement, Source, Target } from "./head.js";
import { writeMoves } from "./moves.js";
import type { Program, Vector } from "./program.js";
import { halfOf, type Rows, rowsOf } from "./rows.js";
import { WRITE_PLANE } from "./steps.js";
import { separated } from "./winograd.js";

/** Writes what is made of one plane of a tensor that several channels share. @returns whether it can be made */
export type Unpacking = (index: number, statements: string[], planes: Map<string, number>) => boolean;

/** Unpacks a tensor at rest, and splits it into phases where the convolution has a stride. */
export function fromPlanes(
  program: Program,
  { tensor, isSeparated, kept, found }: Extract<Source, { at: "planes" }>,
  rows: Rows,
  { phases, convolution }: Placement,
  geometry: Geometry,
  target: Target,
): Unpacking {
  const { perPlane, channels, zero } = tensor;
  const { strideHeight, strideWidth } = convolution;
  const [slowStride, fastStride] = geometry.transposed
    ? [strideWidth, strideHeight]
    : [strideHeight, strideWidth];
  const own = tensor.geometry;
  const isDense = strideHeight === 1 && strideWidth === 1;
  const isSame = isDense && own.bits === geometry.bits && own.stride === geometry.stride;
  // Where even rows are before odd ones, a stride of two finds its rows together.
  const isSplit = tensor.isHalved && slowStride === 2;
  const from = { column: own.bits * fastStride, row: own.bits * own.stride * (isSplit ? 1 : slowStride) };
  const to = { column: geometry.bits, row: geometry.bits * geometry.stride };
  const leave = (place: number, value: string, statements: string[]) => {
    statements.push(`planes[${place}] = ${value};`);
    program.spend(WRITE_PLANE);
  };
  return (index, statements, planes) => {
    const first = index * perPlane;
    const assigned = (read: Vector) =>
      /^p\d+$/.test(read.text) ? read : program.assign("w", read, statements);
    let packed = isSplit ? undefined : assigned(rowsOf(program, tensor, index, rows, planes));
    let half: number | undefined;
    let isPossible = true;
    const together = (phase: Phase): Vector | undefined => {
      if (isSplit && phase.row !== half) {
        half = phase.row;
        packed = assigned(halfOf(program, tensor, index, half, planes));
      }
      if (isSame) return packed!;
      const row = isSplit ? 0 : phase.row;
      const start = program.shiftRight(packed!, own.bits * (row * own.stride + phase.column));
      return writeMoves(program, "x", start, phase, geometry.element * perPlane, from, to, statements);
    };
    for (const [i, phase] of phases.entries()) {
      const { rows, columns } = phase;
      const lanes = positions({ ...geometry, rows, columns });
      const element = program.constant("ELEMENTS", elementsIn(geometry, lanes));
      const place = found?.get(i);
      const moved =
        place === undefined
          ? together(phase)
          : known(place + index, span({ ...geometry, rows, columns }) * geometry.bits, planes);
      if (!moved) isPossible = false;
      if (!moved) continue;
      if (place !== undefined) leave(place + index, "0n", statements);
      const keep = kept?.get(i);
      if (keep !== undefined) leave(keep + index, moved.text, statements);
      const value = isSeparated
        ? program.assign("x", separated(program, geometry, moved), statements)
        : moved;
      for (let j = 0; j < perPlane && first + j < channels; j++) {
        const values =
          perPlane === 1 ? value : program.and(program.shiftRight(value, geometry.element * j), element);
        const lifted =
          zero === 0
            ? values
            : program.subtract(values, program.constant("ZERO", inLanes(geometry, lanes, BigInt(zero))));
        statements.push(`${target((first + j) * phases.length + i)} = ${lifted.text};`);
        program.spend(WRITE_PLANE);
      }
    }
    return isPossible;
  };
}

/** What lies at a place. @param planes those that are read once for all */
function known(place: number, bits: number, planes: Map<string, number>): Vector {
  const text = `p${place}`;
  planes.set(text, place);
  return { text, bits };
}
