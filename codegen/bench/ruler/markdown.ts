/** The ruler's table as Markdown. */
import { thousands } from "../../emit/text.js";
import { flashBytes, longestStep, mean, type RulerRow, steps, worst } from "./row.js";

const COLUMNS: readonly (readonly [title: string, cell: (row: RulerRow) => string])[] = [
  ["model", nameText],
  ["MACs", ({ macs }) => thousands(macs)],
  ["TFLM's C++", ({ tflm }) => (tflm === undefined ? "" : millions(tflm))],
  ["worst", (row) => millions(worst(row)[1])],
  ["mean", (row) => millions(mean(row))],
  ["a MAC", (row) => (worst(row)[1] / row.macs).toFixed(1)],
  ["÷ TFLM", (row) => (row.tflm === undefined ? "" : (worst(row)[1] / row.tflm).toFixed(2))],
  ["÷ rolled", (row) => (worst(row)[1] / row.rolled).toFixed(3)],
  ["flash", (row) => thousands(flashBytes(row))],
  ["RAM", ({ ramBytes }) => thousands(ramBytes)],
  ["steps", (row) => thousands(steps(row))],
  ["longest step", (row) => millions(longestStep(row))],
];

/** The table; rows whose output was wrong say so. */
export function rulerTable(rows: readonly RulerRow[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const rule = COLUMNS.map((_, i) => (i === 0 ? "---" : "--:"));
  return [
    line(COLUMNS.map(([title]) => title)),
    line(rule),
    ...rows.map((row) => line(COLUMNS.map(([, cell]) => cell(row)))),
  ].join("");
}

/** 1,234,567 as `1.235 M`, four digits; less than a million as it is. */
export function millions(instructions: number): string {
  const value = instructions / 1e6;
  if (value < 1) return thousands(Math.round(instructions));
  const digits = value < 10 ? 3 : value < 100 ? 2 : 1;
  return `${value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })} M`;
}

function nameText({ model, wrong, instructions, vectors }: RulerRow): string {
  const ran = instructions.size < vectors ? `, ${instructions.size} of ${vectors} vectors` : "";
  const bits = wrong.length > 0 ? `: **wrong output** for vectors ${wrong.join(", ")}` : "";
  return `${model}${ran}${bits}`;
}

/** What the figures are and what they are not; the file docs/bench.md says more. */
export function rulerNotes(rows: readonly RulerRow[], conditions: RulerConditions): string {
  const { date, board, engine, options } = conditions;
  const least = Math.min(...rows.map(({ chunkBytes }) => chunkBytes));
  const larger = rows
    .filter(({ chunkBytes }) => chunkBytes > least)
    .map(({ model, chunkBytes }) => `, ${thousands(chunkBytes)} for ${model}`);
  const blocks = Math.max(...rows.map(({ blockBytes }) => blockBytes));
  return [
    `Instructions of one inference, counted on ${date}, not timed: ${board}'s instruction set in QEMU (\`${engine}\`), XS 13.3 built with -Os. A chip also waits for its flash, which nobody counted here.`,
    `*Worst* and *mean* are over all golden vectors, one inference each, one after another in one machine, garbage collections included; layers skip zero activations, so inputs matter. Every output equals TFLM's to the last bit (variants: the rolled form's on Node), or the row says that it does not. *A MAC*, *÷ TFLM* and *÷ rolled* are of the worst.`,
    "*TFLM's C++* are its reference kernels (-O2, rv32imc) on one vector; ESP-NN and CMSIS-NN, which are faster, are not what this is set against. For variants it is the count of the model that they were made from.",
    "*Rolled* are our loops over typed arrays, measured on the worst vector only.",
    `The machine has one block with ${thousands(least)} bytes of chunks${larger.join("")}; with slots and stack at most ${thousands(blocks)}. ${conditions.room}`,
    "*RAM*: live at the peak after a collection: chunks, slots and stack, in bytes. *Flash*: bytecode, frozen objects such as BigInt constants, and `weights.bin`, those of the runtime included; XS itself is not counted.",
    ...(options === "" ? [] : [`Compiled with ${options}.`]),
  ]
    .map((note) => `- ${note}\n`)
    .join("");
}

export interface RulerConditions {
  /** As 2026-01-31. */
  readonly date: string;
  readonly board: string;
  readonly engine: string;
  /** What the board has room for. */
  readonly room: string;
  /** The planner's options as on the command line; empty for none. */
  readonly options: string;
}

/** A part of a whole in per cent, with a minus sign where it is below 0. */
export function percent(part: number, whole: number): string {
  const value = ((100 * part) / whole).toFixed(2);
  return value.replace(/^-/, "−").replace(/^−0\.00$/, "0.00");
}
