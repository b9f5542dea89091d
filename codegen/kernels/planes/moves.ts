/**
 * Moves fields of bits from one regular arrangement to another: every field by its own distance, in as many steps as the
 * numbers of its row and column have bits (Hacker's Delight, 7-4 and 7-5, compress and expand).
 */
import type { Program, Vector } from "./program.js";

/** Fields in rows and columns, the first one at bit 0. */
export interface Arrangement {
  /** Bits from one column to the next, and from one row to the next. */
  readonly column: number;
  readonly row: number;
}

interface Step {
  /** Bits of the fields that stay, and of those that move. */
  readonly keep: bigint;
  readonly move: bigint;
  /** By how many bits, upwards where positive. */
  readonly by: number;
}

interface Moves {
  /** The bits of all fields. */
  readonly fields: bigint;
  readonly steps: readonly Step[];
}

/**
 * @param size bits of a field
 * @returns undefined where fields would overlap on the way
 */
export function moveSteps(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  size: number,
  from: Arrangement,
  to: Arrangement,
): Moves | undefined {
  const fields = Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    return { r, c, at: r * from.row + c * from.column };
  });
  const all = mask(
    fields.map(({ at }) => at),
    size,
  );
  const columnMoves = moves(columns, to.column - from.column).map((move) => ({
    ...move,
    axis: "c" as const,
  }));
  const rowMoves = moves(rows, to.row - from.row).map((move) => ({ ...move, axis: "r" as const }));
  const orders = [
    [...columnMoves, ...rowMoves],
    [...rowMoves, ...columnMoves],
  ];
  const ways = orders.flatMap((order) => simulate(fields, size, order) ?? []);
  const best = ways.sort((a, b) => a.bits - b.bits)[0];
  return best && { fields: all, steps: best.steps };
}

interface Move {
  readonly axis: "r" | "c";
  /** Fields whose row or column number has this bit set move. */
  readonly bit: number;
  readonly by: number;
}

/** Apart, the outermost go first; together, the innermost. */
function moves(count: number, distance: number): Omit<Move, "axis">[] {
  if (distance === 0) return [];
  const bits = Array.from({ length: Math.ceil(Math.log2(count)) }, (_, bit) => ({
    bit,
    by: distance * 2 ** bit,
  }));
  return distance > 0 ? bits.reverse() : bits;
}

function simulate(
  fields: readonly { readonly r: number; readonly c: number; readonly at: number }[],
  size: number,
  order: readonly Move[],
): { readonly steps: readonly Step[]; readonly bits: number } | undefined {
  let now = fields;
  let bits = 0;
  const steps: Step[] = [];
  for (const { axis, bit, by } of order) {
    const moves = (field: { readonly r: number; readonly c: number }) => ((field[axis] >> bit) & 1) === 1;
    steps.push({
      keep: mask(
        now.filter((it) => !moves(it)).map(({ at }) => at),
        size,
      ),
      move: mask(
        now.filter(moves).map(({ at }) => at),
        size,
      ),
      by,
    });
    now = now.map((field) => (moves(field) ? { ...field, at: field.at + by } : field));
    const sorted = now.map(({ at }) => at).sort((a, b) => a - b);
    bits += sorted[sorted.length - 1];
    if (sorted[0] < 0 || sorted.some((at, i) => i > 0 && at - sorted[i - 1] < size)) return undefined;
  }
  return { steps, bits };
}

function mask(at: readonly number[], size: number): bigint {
  const one = (1n << BigInt(size)) - 1n;
  return at.reduce((sum, bit) => sum | (one << BigInt(bit)), 0n);
}

/** Words that masks should not exceed by much: fields are moved so many rows at a time. */
const BLOCK_WORDS = 160;

/**
 * Writes down how fields move: statements that change the variable `name`, and a function of the module.
 *
 * @param value nothing above its last row; what lies between fields is left behind
 * @param size rows and columns of fields
 * @param field bits of one
 * @returns what the variable holds in the end; undefined where fields would overlap on the way
 */
export function writeMoves(
  program: Program,
  name: string,
  value: Vector,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  field: number,
  from: Arrangement,
  to: Arrangement,
  statements: string[],
): Vector | undefined {
  const block = Math.max(1, Math.min(rows, Math.floor((BLOCK_WORDS * 32) / Math.max(from.row, to.row))));
  program.repeats(from.column, from.row, to.column, to.row);
  const moves = moveSteps({ rows: block, columns }, field, from, to);
  if (!moves) return undefined;
  const source = block === rows ? value : program.assign(name, value, statements);
  let whole: Vector | undefined;
  for (let row = 0; row < rows; row += block) {
    const part = program.shiftRight(source, row * from.row);
    const moved = program.shiftLeft(call(program, part, moves), row * to.row);
    whole = whole ? program.or(whole, moved) : moved;
  }
  return program.assign(
    name,
    { ...whole!, bits: (rows - 1) * to.row + (columns - 1) * to.column + field },
    statements,
  );
}

/** Instructions of a call with one argument. */
const CALL = 900;

/** A call of the function that takes the steps. */
function call(program: Program, argument: Vector, { fields, steps }: Moves): Vector {
  const lines: string[] = [];
  let now = program.assign(
    "x",
    program.and({ text: "x", bits: argument.bits }, program.constant("FIELDS", fields)),
    lines,
  );
  for (const { keep, move, by } of steps) {
    const moving = program.and(now, program.constant("MOVE", move));
    const moved = by > 0 ? program.shiftLeft(moving, by) : program.shiftRight(moving, -by);
    const kept = program.and(now, program.constant("KEEP", keep));
    now = program.assign("x", program.or(kept, moved), lines);
  }
  program.spend(CALL);
  const body = [...lines, "return x;"].map((line) => `  ${line}`).join("\n");
  const function_ = program.function("move", `(x: bigint): bigint {\n${body}\n}`);
  return { text: `${function_}(${argument.text})`, bits: now.bits };
}
