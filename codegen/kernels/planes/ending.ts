/** What becomes of the channels of a layer of planes. */
import { toBytes } from "../../cost/bigint.js";
import { TRANSPOSE } from "./arena.js";
import { type Geometry, inLanes, positions, span } from "./geometry.js";
import { writeMoves } from "./moves.js";
import { type Program, type Vector, wordsOf } from "./program.js";
import type { PlaneTensor } from "./tensor.js";

export type Ending =
  | { readonly to: "planes"; readonly tensor: PlaneTensor }
  | ({ readonly to: "bytes" } & Bytes)
  /** The mean of all positions, rounded half away from zero: one byte a channel in the arena. */
  | { readonly to: "average"; readonly least: number; readonly min: number; readonly max: number };

/** Bytes in the arena: NHWC, or channel after channel, each with its rows as lanes have them. */
export interface Bytes {
  /** Which of the layer's outputs. */
  readonly index: number;
  readonly least: number;
  readonly channels: number;
  readonly isPlanar: boolean;
}

/** Instructions of reading and writing a place of `memory.planes`. */
const ACCESS = 1280;

/**
 * Adds a channel to those that share its BigInt.
 *
 * @returns the place of that, as soon as it has all its channels
 */
export function store(
  program: Program,
  { perPlane, slot, channels }: PlaneTensor,
  y: Vector,
  output: number,
  statements: string[],
): Vector | undefined {
  const at = `planes[${slot + Math.floor(output / perPlane)}]`;
  const j = output % perPlane;
  program.spend(ACCESS);
  if (j === 0) statements.push(`${at} = ${y.text};`);
  else {
    const sum = program.add({ text: at, bits: y.bits }, program.shiftLeft(y, 8 * j));
    statements.push(`${at} = ${sum.text};`);
  }
  const isLast = j === perPlane - 1 || output === channels - 1;
  return isLast ? { text: at, bits: y.bits + 8 * j } : undefined;
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
  for (let half = 2 ** (Math.ceil(Math.log2(span(geometry))) - 1); half >= 1; half /= 2) {
    const total = program.add(y, program.shiftRight(y, half * geometry.bits));
    program.assign("y", total, statements);
  }
  const lane = program.constant("LANE", (1n << BigInt(geometry.bits)) - 1n);
  const half = count >> 1;
  const total = `total${output}`;
  statements.push(
    `const ${total} = Number(${program.and(y, lane).text}) + ${count * least};`,
    `const mean${output} = ((${total} > 0 ? ${total} + ${half} : ${total} - ${half}) / ${count}) | 0;`,
    `int8[outputs[0] + ${output}] = mean${output} < ${min} ? ${min} : mean${output} > ${max} ? ${max} : mean${output};`,
  );
  program.spend(AVERAGE);
}

/** Number(), the division and the write. */
const AVERAGE = 6000;

/** Writes a channel to the arena, by the variable `x`. */
export function leave(
  program: Program,
  geometry: Geometry,
  { index, least, channels, isPlanar }: Bytes,
  y: Vector,
  output: number,
  statements: string[],
): void {
  const lanes = positions(geometry);
  const count = lanes.length;
  const signed =
    least === -128
      ? program.xor(y, program.constant("HIGH", inLanes(geometry, lanes, 128n)))
      : program.add(y, program.constant("LEAST", inLanes(geometry, lanes, BigInt(least & 255))));
  const from = { column: geometry.bits, row: geometry.bits * geometry.stride };
  const to = { column: 8, row: 8 * geometry.columns };
  const bytes = writeMoves(program, "x", signed, geometry, 8, from, to, statements)!;
  program.spend(toBytes(wordsOf(bytes)));
  let text = `toBytes(${bytes.text}, ${count})`;
  if (geometry.transposed && !isPlanar) {
    text = `transposed(${text}, 0, ${geometry.rows}, ${geometry.columns})`;
    program.spend(TRANSPOSE * count);
  }
  if (isPlanar || channels === 1 || count === 1) {
    const at = isPlanar ? output * count : output;
    statements.push(`uint8.set(${text}, outputs[${index}] + ${at});`);
    program.spend(SET);
  } else {
    statements.push(`scatter(${text}, uint8, outputs[${index}] + ${output}, ${channels});`);
    program.spend(SET + SCATTER * count);
  }
}

/** Instructions of a call of set(), and of a byte in `scatter`. */
const SET = 2500;
const SCATTER = 2300;
