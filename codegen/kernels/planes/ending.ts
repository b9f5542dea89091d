/** What becomes of the channels of a layer of planes. */

import { toBytes } from "../../cost/bigint.js";
import { interpreter } from "../../cost/interpreter.js";
import { span } from "../../graph/lanes.js";
import { leastOf, perWord, signBit } from "../element.js";
import { TRANSPOSE } from "./arena.js";
import { type Geometry, inLanes, positions } from "./geometry.js";
import { writeMoves } from "./moves.js";
import { operand, type Program, type Vector, wordsOf } from "./program.js";
import { placeText } from "./rows.js";
import { READ_PLANE, WRITE_PLANE } from "./steps.js";
import type { PlaneTensor } from "./tensor.js";

export type Ending =
  | { readonly to: "planes"; readonly tensor: PlaneTensor }
  | ({ readonly to: "bytes" } & Bytes)
  /** The mean of all positions, rounded half away from zero: one element a channel in the arena. */
  | { readonly to: "average"; readonly least: number; readonly min: number; readonly max: number };

/** Elements in the arena: NHWC, or channel after channel, each with its rows as lanes have them. */
export interface Bytes {
  /** Which of the layer's outputs. */
  readonly index: number;
  readonly least: number;
  readonly channels: number;
  readonly isPlanar: boolean;
  /** Where NHWC is written in words, as many channels in each as it holds: the first of the places of `memory.planes` that this takes. */
  readonly slot?: number;
}

/** How many these are. */
export const WORDS_PLACES = 2;

/** Whether channels can be written in words. The arena aligns tensors to them. */
export function isWords({ rows, columns, transposed, element }: Geometry, channels: number): boolean {
  return channels % perWord(element) === 0 && rows * columns > 1 && !transposed;
}

/** Instructions of reading and writing a place of `memory.planes`. */
const ACCESS = 1280;

/**
 * Adds a channel to those that share its BigInt.
 *
 * @param bands in which the layer is computed
 * @returns the place of that, as soon as it has all its channels
 */
export function store(
  program: Program,
  tensor: PlaneTensor,
  bands: number,
  y: Vector,
  output: number,
  statements: string[],
): Vector | undefined {
  const { perPlane, channels, geometry } = tensor;
  const at = placeText(tensor, Math.floor(output / perPlane), 0, shareOf(tensor, bands));
  const j = output % perPlane;
  program.spend(ACCESS);
  if (j === 0) statements.push(`${at} = ${y.text};`);
  else {
    const sum = program.add({ text: at, bits: y.bits }, program.shiftLeft(y, geometry.element * j));
    statements.push(`${at} = ${sum.text};`);
  }
  const isLast = j === perPlane - 1 || output === channels - 1;
  return isLast ? { text: at, bits: y.bits + geometry.element * j } : undefined;
}

/** Bands of a tensor for each of the layer that makes it; 0 if that has one. */
function shareOf(tensor: PlaneTensor, bands: number): number {
  return bands === 1 ? 0 : tensor.bands / bands;
}

/**
 * Cuts rows that `store` left in the place of the first band that they belong to, by the variable `x`.
 *
 * @param isInHalves whether all even rows lie before all odd ones; then so they do in each band
 * @param reordered what is made of each band
 */
export function cutIntoBands(
  program: Program,
  tensor: PlaneTensor,
  bands: number,
  stored: Vector,
  output: number,
  isInHalves: boolean,
  reordered: ((rows: Vector) => Vector) | undefined,
  statements: string[],
): void {
  const { geometry, perPlane, bands: own } = tensor;
  const parts = own / bands;
  if (parts === 1 && !reordered) return;
  const share = shareOf(tensor, bands);
  const rowBits = geometry.stride * geometry.bits;
  const x = program.assign("x", stored, statements);
  program.spend(READ_PLANE);
  const cut = (first: number, rows: number) => {
    const fields = inLanes(
      geometry,
      positions({ ...geometry, rows }),
      (1n << BigInt(geometry.element * perPlane)) - 1n,
    );
    return program.and(program.shiftRight(x, first * rowBits), program.constant("BAND", fields));
  };
  const half = geometry.rows / 2;
  const inHalves = (part: number) =>
    program.or(cut(part * half, half), program.shiftLeft(cut((parts + part) * half, half), half * rowBits));
  for (let part = 0; part < parts; part++) {
    const rows = parts === 1 ? x : isInHalves ? inHalves(part) : cut(part * geometry.rows, geometry.rows);
    const ordered = reordered ? reordered(rows) : rows;
    statements.push(`${placeText(tensor, Math.floor(output / perPlane), part, share)} = ${ordered.text};`);
    program.spend(WRITE_PLANE);
  }
}

/** AVERAGE_POOL_2D over all positions (reference/integer_ops/pooling.h): adds halves until one lane is left. */
export function average(
  program: Program,
  geometry: Geometry,
  { least, min, max }: Extract<Ending, { to: "average" }>,
  y: Vector,
  output: number,
  statements: string[],
): void {
  const count = geometry.rows * geometry.columns;
  let sums = y;
  for (let lanes = span(geometry); lanes > 1; ) {
    lanes = Math.ceil(lanes / 2);
    const bits = lanes * geometry.bits;
    const low = program.and(sums, program.constant(`LOW${lanes}`, (1n << BigInt(bits)) - 1n));
    const total = program.add(low, program.shiftRight(sums, bits));
    sums = { ...program.assign("y", total, statements), bits };
  }
  const lane = program.constant("LANE", (1n << BigInt(geometry.bits)) - 1n);
  const half = count >> 1;
  const to = geometry.element === 8 ? `int8[outputs[0] + ${output}]` : `int16[(outputs[0] >> 1) + ${output}]`;
  const total = `total${output}`;
  statements.push(
    `const ${total} = Number(${program.and(sums, lane).text}) + ${count * least};`,
    `const mean${output} = ((${total} > 0 ? ${total} + ${half} : ${total} - ${half}) / ${count}) | 0;`,
    `${to} = mean${output} < ${min} ? ${min} : mean${output} > ${max} ? ${max} : mean${output};`,
  );
  program.spend(AVERAGE);
}

/** Number(), the division and the write. */
const AVERAGE = 6000;

/**
 * Writes a channel to the arena, by the variable `x`; in words, channels come in order.
 *
 * @param geometry that of a band
 * @param bands in which the layer is computed
 */
export function leave(
  program: Program,
  geometry: Geometry,
  bands: number,
  bytes: Bytes,
  y: Vector,
  output: number,
  statements: string[],
): void {
  const { slot } = bytes;
  if (slot === undefined) leaveBytes(program, geometry, bands, bytes, y, output, statements);
  else leaveWords(program, geometry, bands, { ...bytes, slot }, y, output, statements);
}

/** Channels move in halves of words, two bytes together, and two such halves make words. */
function leaveWords(
  program: Program,
  geometry: Geometry,
  bands: number,
  { index, least, channels, slot }: Bytes & { readonly slot: number },
  y: Vector,
  output: number,
  statements: string[],
): void {
  const { element } = geometry;
  const together = perWord(element);
  const [low, first] = [`planes[${slot}]`, `planes[${slot + 1}]`];
  const j = output % together;
  program.spend(ACCESS);
  if (element === 8 && j % 2 === 0) {
    statements.push(`${first} = ${y.text};`);
    return;
  }
  const count = geometry.rows * geometry.columns;
  const half = element === 8 ? program.add({ text: first, bits: y.bits }, program.shiftLeft(y, 8)) : y;
  const from = { column: geometry.bits, row: geometry.bits * geometry.stride };
  const to = { column: 32, row: 32 * geometry.columns };
  const moved = writeMoves(program, "x", half, geometry, 16, from, to, statements)!;
  if (j < together / 2) {
    statements.push(`${low} = ${moved.text};`);
    return;
  }
  const packed = {
    rows: 1,
    columns: count * together,
    stride: count * together,
    bits: element,
    element,
    transposed: false,
  };
  const every = (name: string, value: bigint) =>
    program.constant(name, inLanes(packed, positions(packed), value));
  const all = program.or({ text: low, bits: 32 * count }, program.shiftLeft(moved, 16));
  const lifted = BigInt(least - leastOf(element));
  const raised = lifted === 0n ? all : program.add(all, every("LEAST", lifted));
  const signed = program.xor(operand(raised), every("HIGH", signBit(element)));
  const words = `toWords(${signed.text}, ${count})`;
  const at = `(outputs[${index}] + ${((output + 1) * element) / 8 - 4}${above(bands, (count * channels * element) / 8)}) >> 2`;
  program.spend(toBytes(count) + SET);
  if (channels === together) {
    statements.push(`int32.set(${words}, ${at});`);
    program.spend(4 * count * interpreter.setByte);
  } else {
    statements.push(`scatter(${words}, int32, ${at}, ${channels / together});`);
    program.spend(SCATTER * count);
  }
  if (output === channels - 1) {
    statements.push(`planes.fill(0n, ${slot}, ${slot + WORDS_PLACES});`);
    program.spend(FILL);
  }
}

function leaveBytes(
  program: Program,
  geometry: Geometry,
  bands: number,
  { index, least, channels, isPlanar }: Bytes,
  y: Vector,
  output: number,
  statements: string[],
): void {
  const { element } = geometry;
  const size = element / 8;
  const lanes = positions(geometry);
  const count = lanes.length;
  const signed =
    least === leastOf(element)
      ? program.xor(y, program.constant("HIGH", inLanes(geometry, lanes, signBit(element))))
      : program.add(
          y,
          program.constant("LEAST", inLanes(geometry, lanes, BigInt.asUintN(element, BigInt(least)))),
        );
  const from = { column: geometry.bits, row: geometry.bits * geometry.stride };
  const to = { column: element, row: element * geometry.columns };
  const bytes = writeMoves(program, "x", signed, geometry, element, from, to, statements)!;
  program.spend(toBytes(wordsOf(bytes)));
  const isTogether = isPlanar || channels === 1 || count === 1;
  let text =
    isTogether || element === 8
      ? `toBytes(${bytes.text}, ${size * count})`
      : `toHalves(${bytes.text}, ${count})`;
  if (geometry.transposed && !isPlanar) {
    text = `transposed(${text}, 0, ${geometry.rows}, ${geometry.columns})`;
    program.spend(TRANSPOSE * count);
  }
  if (isTogether) {
    const at = size * (isPlanar ? output * bands * count : output);
    const band = size * (isPlanar ? count : count * channels);
    statements.push(`uint8.set(${text}, outputs[${index}] + ${at}${above(bands, band)});`);
    program.spend(SET);
  } else {
    const [view, first] =
      element === 8 ? ["uint8", `outputs[${index}]`] : ["int16", `(outputs[${index}] >> 1)`];
    const at = `${first} + ${output}${above(bands, count * channels)}`;
    statements.push(`scatter(${text}, ${view}, ${at}, ${channels});`);
    program.spend(SET + SCATTER * count);
  }
}

/** What is to be added to an address for the bands above, of so many bytes each. */
function above(bands: number, bytes: number): string {
  return bands === 1 ? "" : ` + ${bytes} * band`;
}

/** Instructions of a call of set() or `scatter`, and of an element there. */
const SET = 2500;
const SCATTER =
  interpreter.iteration +
  interpreter.typedWrite +
  interpreter.typedRead +
  interpreter.statement +
  interpreter.sum;

/** Instructions of clearing these places. */
const FILL = 1600;
