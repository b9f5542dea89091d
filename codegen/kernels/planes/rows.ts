/** Rows of tensors at rest, as layers read them that are computed in bands of rows. */
import { planeCount, span } from "../../graph/lanes.js";
import { elementsIn, type Geometry, inLanes, positions } from "./geometry.js";
import type { Program, Vector } from "./program.js";
import { type Piece, piece, READ_PLANE } from "./steps.js";
import type { PlaneTensor } from "./tensor.js";

/** Band b of so many bands is about `rows` rows from row `step` · b + `first` on. Those outside the image are padding. */
export interface Rows {
  readonly bands: number;
  readonly step: number;
  readonly first: number;
  readonly rows: number;
}

/** The rows of a whole image. */
export function allRows({ geometry, bands }: PlaneTensor): Rows {
  return { bands: 1, step: 0, first: 0, rows: bands * geometry.rows };
}

/** Whether each band reads whole bands of a tensor, apart from rows above and below. */
export function isAligned({ geometry }: PlaneTensor, { bands, step }: Rows): boolean {
  return bands === 1 || step % geometry.rows === 0;
}

/** How many bands of a tensor each of the layer's is further. */
function shareOf({ geometry }: PlaneTensor, { bands, step }: Rows): number {
  return bands === 1 ? 0 : step / geometry.rows;
}

/** The bands of a tensor that the first band's rows are in. */
function bandsOf({ geometry }: PlaneTensor, { first, rows }: Rows) {
  const [from, to] = [first, first + rows].map((row) => row / geometry.rows);
  return { from: Math.floor(from), to: Math.ceil(to) };
}

/**
 * The place of `memory.planes` that has a plane of a tensor.
 *
 * @param band of the tensor, for the layer's first band
 * @param share bands of the tensor for each of the layer; 0 if that has one
 */
export function placeText(tensor: PlaneTensor, index: number, band: number, share: number): string {
  const count = planeCount(tensor);
  const at = tensor.slot + index + count * band;
  return share === 0 ? `planes[${at}]` : `planes[${count * share} * band + ${at}]`;
}

/** Instructions of finding a place by the band, and of asking whether it is there. */
const FIND = 300;

/**
 * Rows of a plane, the first one at bit 0; what lies above the last one is to be masked away.
 *
 * @param index of the plane among those of a band
 * @param planes places that are read once for all; if not given, each is read where it is needed
 */
export function rowsOf(
  program: Program,
  tensor: PlaneTensor,
  index: number,
  rows: Rows,
  planes?: Map<string, number>,
): Vector {
  const { geometry, slot, perPlane } = tensor;
  const rowBits = geometry.stride * geometry.bits;
  const { from, to } = bandsOf(tensor, rows);
  let whole: Vector | undefined;
  for (let band = from; band < to; band++) {
    const above = band * geometry.rows - rows.first;
    const wanted = Math.min(geometry.rows, rows.rows - above);
    const bits = span(geometry) * geometry.bits;
    let part: Vector;
    if (rows.bands === 1 && planes) {
      const at = slot + index + planeCount(tensor) * band;
      part = { text: `p${at}`, bits };
      planes.set(part.text, at);
    } else part = { text: present(program, tensor, index, band, rows), bits };
    if (wanted < geometry.rows) part = program.and(part, fieldsOf(program, geometry, wanted, perPlane));
    const placed =
      above < 0 ? program.shiftRight(part, -above * rowBits) : program.shiftLeft(part, above * rowBits);
    whole = whole ? program.or(whole, placed) : placed;
  }
  return whole!;
}

/** All even rows of a plane whose bands have them before the odd ones, or all odd rows. */
export function halfOf(
  program: Program,
  tensor: PlaneTensor,
  index: number,
  parity: number,
  planes: Map<string, number>,
): Vector {
  const { geometry, slot, perPlane, bands } = tensor;
  const half = geometry.rows / 2;
  const rowBits = geometry.stride * geometry.bits;
  const parts = Array.from({ length: bands }, (_, band): Vector => {
    const at = slot + index + planeCount(tensor) * band;
    const part = { text: `p${at}`, bits: span(geometry) * geometry.bits };
    planes.set(part.text, at);
    const own =
      parity === 1
        ? program.shiftRight(part, half * rowBits)
        : program.and(part, fieldsOf(program, geometry, half, perPlane));
    return program.shiftLeft(own, band * half * rowBits);
  });
  return parts.reduce((all, part) => program.or(all, part));
}

/** The elements of a plane's first rows. */
function fieldsOf(program: Program, geometry: Geometry, rows: number, perPlane: number): Vector {
  const fields = inLanes(
    geometry,
    positions({ ...geometry, rows }),
    (1n << BigInt(geometry.element * perPlane)) - 1n,
  );
  return program.constant("ROWS", fields);
}

/** A plane, or padding where there is none. */
function present(program: Program, tensor: PlaneTensor, index: number, band: number, rows: Rows): string {
  const { geometry, bands, zero, perPlane } = tensor;
  const share = shareOf(tensor, rows);
  const place = placeText(tensor, index, band, share);
  program.spend(READ_PLANE + FIND);
  const tests = [
    ...(band < 0 ? [`band >= ${Math.ceil(-band / share)}`] : []),
    ...(share * (rows.bands - 1) + band >= bands ? [`band < ${Math.ceil((bands - band) / share)}`] : []),
  ];
  if (tests.length === 0) return place;
  const packed = Array.from({ length: perPlane }, () => zero).reduce(
    (sum, it) => (sum << BigInt(geometry.element)) | BigInt(it),
    0n,
  );
  const padding =
    zero === 0 ? "0n" : program.constant("PADDING", inLanes(geometry, positions(geometry), packed)).text;
  return `(${tests.join(" && ")} ? ${place} : ${padding})`;
}

/** Lets go of what no later band reads; the last one lets go of all. */
export function letGo(program: Program, tensor: PlaneTensor, rows: Rows): Piece {
  return piece(program, (statements) => {
    const { slot, bands } = tensor;
    const count = planeCount(tensor);
    const all = slot + count * bands;
    if (rows.bands === 1) statements.push(`planes.fill(0n, ${slot}, ${all});`);
    else {
      const share = shareOf(tensor, rows);
      const { from } = bandsOf(tensor, rows);
      const at = (band: number) => `${slot} + ${count} * Math.max(0, ${share} * band + ${band})`;
      const end = `band < ${rows.bands - 1} ? ${at(share + from)} : ${all}`;
      statements.push(`planes.fill(0n, ${at(from)}, ${end});`);
    }
    program.spend(2500 + (64 * count * bands) / rows.bands);
  });
}

/** Rows that lie outside the image above the first band and below the last one. */
export interface Edges {
  readonly above: number;
  readonly below: number;
}

/** @param height rows of the image */
export function edgesOf({ bands, step, first, rows }: Rows, height: number): Edges {
  return { above: Math.max(0, -first), below: Math.max(0, step * (bands - 1) + first + rows - height) };
}

/**
 * Makes rows outside the image padding, in the variable `y`, which is a plane of elements.
 *
 * @param geometry of a band
 * @param zero what padding is
 */
export function padded(
  program: Program,
  geometry: Geometry,
  { above, below }: Edges,
  bands: number,
  zero: number,
  y: Vector,
  statements: string[],
): Vector {
  const { rows, columns } = geometry;
  const all = positions(geometry);
  const at = (row: number) => row * columns;
  const pad = (band: number, from: number, to: number) => {
    const outside = all.slice(at(from), at(to));
    const inside = [...all.slice(0, at(from)), ...all.slice(at(to))];
    const kept = program.and(y, program.constant("INSIDE", elementsIn(geometry, inside)));
    const value =
      zero === 0
        ? kept
        : program.or(kept, program.constant("OUTSIDE", inLanes(geometry, outside, BigInt(zero))));
    statements.push(`if (band === ${band}) y = ${value.text};`);
  };
  if (above > 0) pad(0, 0, above);
  if (below > 0) pad(bands - 1, rows - below, rows);
  return { text: "y", bits: span(geometry) * geometry.bits };
}
