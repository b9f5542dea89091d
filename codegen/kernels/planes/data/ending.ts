/** What becomes of the channels of a layer whose output channels take turns in a loop, in the variable `o`. */

import { toBytes } from "../../../cost/bigint.js";
import { span } from "../../../graph/lanes.js";
import { TRANSPOSE } from "../arena.js";
import type { Ending } from "../ending.js";
import { type Geometry, inLanes, positions } from "../geometry.js";
import { writeMoves } from "../moves.js";
import { type Program, type Vector, wordsOf } from "../program.js";

/** Instructions of reading and writing a place of `memory.planes`, and of what tells which. */
const ACCESS = 1500;

/** Number(), the division and the write. */
const AVERAGE = 6000;

/** Instructions of a call of `scatter`, and of a byte there. */
const CALL = 2500;
const SCATTER = 1480;

/** @param y a variable */
export function end(
  program: Program,
  geometry: Geometry,
  ending: Ending,
  y: Vector,
  statements: string[],
): void {
  if (ending.to === "planes") store(program, y, statements);
  else if (ending.to === "bytes") leave(program, geometry, ending, y, statements);
  else average(program, geometry, ending, y, statements);
}

function store(program: Program, y: Vector, statements: string[]): void {
  const sum = program.add({ text: "planes[at]", bits: y.bits }, program.shiftLeft(y, 8));
  statements.push("const at = output + (o >> 1);", `planes[at] = o & 1 ? ${sum.text} : ${y.text};`);
  program.spend(ACCESS);
}

function average(
  program: Program,
  geometry: Geometry,
  { least, min, max }: Extract<Ending, { to: "average" }>,
  y: Vector,
  statements: string[],
): void {
  const count = geometry.rows * geometry.columns;
  for (let half = 2 ** (Math.ceil(Math.log2(span(geometry))) - 1); half >= 1; half /= 2)
    program.assign("y", program.add(y, program.shiftRight(y, half * geometry.bits)), statements);
  const lane = program.constant("LANE", (1n << BigInt(geometry.bits)) - 1n);
  const half = count >> 1;
  statements.push(
    `const total = Number(${program.and(y, lane).text}) + ${count * least};`,
    `const mean = ((total > 0 ? total + ${half} : total - ${half}) / ${count}) | 0;`,
    `int8[outputs[0] + o] = mean < ${min} ? ${min} : mean > ${max} ? ${max} : mean;`,
  );
  program.spend(AVERAGE);
}

function leave(
  program: Program,
  geometry: Geometry,
  { least, channels }: Extract<Ending, { to: "bytes" }>,
  y: Vector,
  statements: string[],
): void {
  const lanes = positions(geometry);
  const signed =
    least === -128
      ? program.xor(y, program.constant("HIGH", inLanes(geometry, lanes, 128n)))
      : program.add(y, program.constant("LEAST", inLanes(geometry, lanes, BigInt(least & 255))));
  const from = { column: geometry.bits, row: geometry.bits * geometry.stride };
  const to = { column: 8, row: 8 * geometry.columns };
  const bytes = writeMoves(program, "x", signed, geometry, 8, from, to, statements)!;
  const plain = `toBytes(${bytes.text}, ${lanes.length})`;
  const text = geometry.transposed ? `transposed(${plain}, 0, ${geometry.rows}, ${geometry.columns})` : plain;
  statements.push(`scatter(${text}, uint8, outputs[0] + o, ${channels});`);
  const each = SCATTER + (geometry.transposed ? TRANSPOSE : 0);
  program.spend(toBytes(wordsOf(bytes)) + CALL + each * lanes.length);
}
