/** `xsnn bench --table`. */
import type { ChipBoard } from "../../../boards/board.js";
import { type Range, rangeOf } from "../../../boards/figure.js";
import type { Reference } from "../../bench/reference.js";
import { type RulerConditions, rulerNotes, rulerTable } from "../../bench/ruler/markdown.js";
import { type RulerRow, rowDocument } from "../../bench/ruler/row.js";
import { withSection } from "../../bench/section.js";
import { json, thousands } from "../../emit/text.js";
import type { PlanOptions } from "../../plan/options.js";
import { formatAll } from "../../problems/format.js";
import { type Problem, Refusal, refuse } from "../../problems/problem.js";
import type { Cli } from "../cli.js";
import { problemsJson } from "../errors.js";
import { readBounded, writeText } from "../files.js";
import { openBoard } from "../on-board.js";
import { withProgress } from "../progress.js";
import { rulerModels, rulerRow } from "./ruler.js";
import { benchModel } from "./suite.js";

const BOARD = "esp32-c3";

/** Marks the place of the table in a file. */
const SECTION = "bench";

export interface TableOptions {
  /** A Markdown file that has a section for it. */
  readonly file: string | undefined;
  readonly isJson: boolean;
  readonly most: number;
  readonly plan: PlanOptions;
  readonly reference?: Reference;
}

/** Measures and prints the table, and writes it to the file if all is right. */
export async function benchTable(cli: Cli, names: readonly string[], options: TableOptions): Promise<void> {
  const { file, isJson, most, plan, reference } = options;
  if (file !== undefined && names.length > 0)
    return refuse("arguments", { message: "the table in a file is of all its models: name none" });
  const models = (names.length > 0 ? names : rulerModels).map(benchModel);
  const text = file !== undefined && new TextDecoder().decode(await readBounded(file));
  if (text !== false) withSection(text, SECTION, "", file!); // or it would be found out late
  const { board, engine } = await openBoard(cli, BOARD);
  const { moddable, memory } = board as ChipBoard;
  const node = await cli.engine("node");
  const rows: RulerRow[] = [];
  const failed: { readonly model: string; readonly problems: readonly Problem[] }[] = [];
  for (const model of models)
    try {
      const row = await withProgress(cli.io, (onProgress) =>
        rulerRow(model, {
          engine,
          node,
          creation: moddable.creation,
          reference,
          options: plan,
          most,
          onProgress,
        }),
      );
      rows.push(row);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failed.push({ model: model.name, problems: error.problems });
    }
  const isRight = failed.length === 0 && rows.every(({ wrong }) => wrong.length === 0);
  if (!isRight) cli.answerNo();
  if (isJson) {
    const problems = failed.map((failure) => ({ ...failure, problems: problemsJson(failure.problems) }));
    cli.io.out(json({ board: BOARD, engine: engine.name, rows: rows.map(rowDocument), failed: problems }));
    return;
  }
  const conditions: RulerConditions = {
    date: new Date().toISOString().slice(0, 10),
    board: BOARD,
    engine: engine.name,
    room: roomText(moddable.creation.static, rangeOf(memory.largestBlockBytes)),
    options: optionsText(plan),
  };
  const section = rows.length > 0 ? `${rulerTable(rows)}\n${rulerNotes(rows, conditions)}` : "";
  cli.io.out(section);
  for (const { model, problems } of failed) cli.io.out(`\n${model}: ${formatAll(problems).join("\n")}\n`);
  if (text === false) return;
  if (isRight) await writeText(file!, withSection(text, SECTION, section, file!));
  cli.io.out(isRight ? `\nWritten to ${file}\n` : `\nNot written to ${file}: not all is right.\n`);
}

function roomText(byDefault: number, { low, high }: Range): string {
  return `The default block of the board's target has ${thousands(byDefault)} bytes, so that an application's manifest has to ask for this one; the largest that the board can give is thought to be ${thousands(low)} to ${thousands(high)}.`;
}

function optionsText({ optimize, updatable }: PlanOptions): string {
  return [
    ...(optimize ? [`\`--optimize ${optimize}\``] : []),
    ...(updatable ? [`\`--updatable ${[updatable].flat().join(",")}\``] : []),
  ].join(" and ");
}
