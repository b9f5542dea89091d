/** What becomes of the channels of a layer of planes. */
import { type Geometry, span } from "./geometry.js";
import type { Program, Vector } from "./program.js";
import type { PlaneTensor } from "./tensor.js";

export type Ending =
  | { readonly to: "planes"; readonly tensor: PlaneTensor }
  /** The mean of all positions, rounded half away from zero: one byte a channel in the arena. */
  | { readonly to: "average"; readonly least: number; readonly min: number; readonly max: number };

const STATEMENT = 72;

/** Instructions of reading and writing a place of `memory.planes`. */
const ACCESS = 1280;

/** Adds a channel to those that share its BigInt. */
export function store(
  program: Program,
  { perPlane, slot }: PlaneTensor,
  y: Vector,
  output: number,
  statements: string[],
): void {
  const at = `planes[${slot + Math.floor(output / perPlane)}]`;
  const j = output % perPlane;
  program.spend(ACCESS);
  if (j === 0) statements.push(`${at} = ${y.text};`);
  else {
    const sum = program.add({ text: at, bits: y.bits }, program.shiftLeft(y, 8 * j));
    statements.push(`${at} = ${sum.text};`);
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
  for (let half = 2 ** (Math.ceil(Math.log2(span(geometry))) - 1); half >= 1; half /= 2) {
    const total = program.add(y, program.shiftRight(y, half * geometry.bits));
    statements.push(`y = ${total.text};`);
    program.spend(STATEMENT);
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
