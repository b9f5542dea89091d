/** Makes the table of docs/compression.md: `npm run -s table:compression -- docs/compression.md`. */
import { Command } from "commander";
import { compressionSection } from "../../codegen/bench/compression/table.js";
import { withSection } from "../../codegen/bench/section.js";
import type { Cli } from "../../codegen/cli/cli.js";
import { readBounded, writeText } from "../../codegen/cli/files.js";
import { openBoard } from "../../codegen/cli/on-board.js";
import { integer } from "../../codegen/cli/options.js";
import { withProgress } from "../../codegen/cli/progress.js";
import { thousands } from "../../codegen/emit/text.js";
import { runFloatPasses } from "../../codegen/passes/float/index.js";
import { refuse } from "../../codegen/problems/problem.js";
import { exitCodeOf } from "../support/main.js";
import { floatModel, labelled, named, suiteModels } from "../support/suite.js";
import { KeptRows } from "./kept.js";
import { measureCompression } from "./measure.js";
import { ROWS, TRAININGS } from "./rows.js";

const BOARD = "esp32-c3";

interface Options {
  readonly model: readonly string[];
  readonly row: readonly string[];
  readonly evaluate: number;
  readonly choose: number;
  readonly keep?: string;
}

/** Prints the table, and puts it in the file if one is given. */
export async function tableCommand(cli: Cli, argv: readonly string[]): Promise<void> {
  const collect = (name: string, before: readonly string[]) => [...before, name];
  await new Command("table:compression")
    .argument(
      "[file]",
      "a Markdown file with the lines <!-- compression MODEL --> and <!-- /compression MODEL -->",
    )
    .option("--model <name>", "only this model; may be repeated", collect, [])
    .option("--row <name>", "only this row; may be repeated", collect, [])
    .option("--evaluate <n>", "evaluate on the first n held-out pictures", integer(1), 1500)
    .option("--choose <n>", "let `compress` choose by the last n held-out pictures", integer(1), 500)
    .option("--keep <folder>", "keep each row there once it is measured, and take those that are there")
    .exitOverride()
    .configureOutput({ writeOut: cli.io.out, writeErr: cli.io.err, outputError: () => {} })
    .action((file: string | undefined, options: Options) => table(cli, file, options, argv))
    .parseAsync(argv, { from: "user" });
}

async function table(
  cli: Cli,
  file: string | undefined,
  options: Options,
  argv: readonly string[],
): Promise<void> {
  const models = named("model", suiteModels, options.model);
  const rows = named("row", ROWS, options.row);
  if (file !== undefined) for (const { name } of models) await put(file, name, ""); // or it would be found out late
  const onBoard = await openBoard(cli, BOARD);
  const { board } = onBoard;
  if (board.kind === "host") return refuse("board-is-host", { board: board.name });
  for (const model of models) {
    const { training, holdout } = model.load();
    const found = await withProgress(cli.io, (onProgress) =>
      measureCompression({
        model: model.name,
        graph: runFloatPasses(floatModel(model)),
        training: labelled(training),
        choosing: labelled(holdout.slice(-options.choose)),
        holdout: labelled(holdout.slice(0, options.evaluate)),
        rows,
        kept: options.keep === undefined ? undefined : new KeptRows(options.keep),
        how: TRAININGS[model.name],
        onBoard,
        board,
        onProgress,
        onRow: ({ name, right, counted }) =>
          cli.io.err(
            `${model.name}, ${name}: ${right} right, ${thousands(counted.instructions)} instructions\n`,
          ),
      }),
    );
    const section = compressionSection(found, {
      date: new Date().toISOString().slice(0, 10),
      board: BOARD,
      engine: onBoard.engine.name,
      command: ["npm run -s table:compression", ...(argv.length > 0 ? ["--", ...argv.map(quoted)] : [])].join(
        " ",
      ),
    });
    cli.io.out(section);
    if (file === undefined) continue;
    const text = await put(file, model.name, section);
    await writeText(file, text);
    cli.io.out(`\nWritten to ${file}\n`);
  }
}

/** An argument as a shell takes it. */
function quoted(argument: string): string {
  return /[^\w./-]/.test(argument) ? `"${argument}"` : argument;
}

/** A file's text with another section for a model. */
async function put(file: string, model: string, section: string): Promise<string> {
  const text = new TextDecoder().decode(await readBounded(file));
  return withSection(text, `compression ${model}`, section, file);
}

/** @returns the exit code */
export function main(cli: Cli, argv: readonly string[]): Promise<number> {
  return exitCodeOf(cli, () => tableCommand(cli, argv));
}
