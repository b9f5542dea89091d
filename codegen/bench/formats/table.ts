/** What number formats cost a model in accuracy, and save in flash and instructions, as Markdown. */
import { thousands } from "../../emit/text.js";
import { millions, percent } from "../ruler/markdown.js";

/** A model in one format. */
export interface FormatRow {
  readonly format: string;
  /** How many held-out samples it is right on. */
  readonly right: number;
  /** Counted on the board, of one and the same artifact; absent for float32, which does not compile. */
  readonly counted?: Counted;
}

export interface Counted {
  /** Bytecode, frozen objects and `weights.bin`. */
  readonly flashBytes: number;
  /** Live at the peak: chunks, slots and stack. */
  readonly ramBytes: number;
  /** Of one inference, the most that any of the samples took, collections included. */
  readonly instructions: number;
  /** Of each layer in that inference. */
  readonly layers: readonly number[];
}

/** A model in some formats, float32 first. */
export interface ModelFormats {
  readonly model: string;
  readonly macs: number;
  readonly parameters: number;
  /** Held-out samples that accuracy is of. */
  readonly evaluated: number;
  /** Samples that calibrated, none of them held out. */
  readonly calibration: number;
  /** The first held-out samples, which ran on the board. */
  readonly ran: number;
  readonly rows: readonly FormatRow[];
}

export interface Conditions {
  /** As 2026-01-31. */
  readonly date: string;
  readonly board: string;
  readonly engine: string;
  readonly command: string;
}

/** A table for each model, and what its figures are. */
export function formatsSection(models: readonly ModelFormats[], conditions: Conditions): string {
  return `${models.map(modelTable).join("\n")}\n${notes(conditions)}`;
}

function modelTable({ model, macs, parameters, evaluated, calibration, ran, rows }: ModelFormats): string {
  const [float] = rows;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return [
    `**${model}**: ${thousands(macs)} MACs, ${thousands(parameters)} parameters; accuracy on ${thousands(evaluated)} held-out samples, `,
    `calibrated with ${thousands(calibration)} training samples, counted on ${ran === 1 ? "1 held-out sample" : `${ran} held-out samples`}.\n\n`,
    line(["format", "right", "accuracy", "drop, points", "flash", "RAM", "instructions"]),
    line(["---", "--:", "--:", "--:", "--:", "--:", "--:"]),
    ...rows.map(({ format, right, counted }) =>
      line([
        format,
        thousands(right),
        `${percent(right, evaluated)} %`,
        counted ? percent(float.right - right, evaluated) : "",
        counted ? thousands(counted.flashBytes) : "",
        counted ? thousands(counted.ramBytes) : "",
        counted ? millions(counted.instructions) : "",
      ]),
    ),
  ].join("");
}

function notes({ date, board, engine, command }: Conditions): string {
  return [
    `Made on ${date} by \`${command}\`. Run it again, and accuracy, flash, RAM and instructions are the same.`,
    "*Accuracy* is that of the quantized graph with the device's own arithmetic. Held-out samples were neither trained nor calibrated with, and no setting was chosen by them: all of them are the defaults of `xsnn quantize`, but for more calibration samples. A *drop* below 0 is a quantized model that happens to be right more often.",
    `*Flash*, *RAM* and *instructions* are counted on ${board}'s instruction set in QEMU (\`${engine}\`), XS built with -Os, for the same graph as planned by \`--board ${board}\`. Instructions are the most that any of the samples took for one inference, garbage collections included. Every output on the board is that with which accuracy was measured, to the last bit.`,
    "*Flash*: bytecode, frozen objects such as BigInt constants, and `weights.bin`, those of the runtime included; XS itself is not counted. *RAM*: live at the peak after a collection: chunks, slots and stack. Both are bytes.",
    "float32 does not compile: it is what the others are held against.",
  ]
    .map((note) => `- ${note}\n`)
    .join("");
}
