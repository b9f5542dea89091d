/** Makes the table of number formats in docs/quantization.md: `npm run -s table:formats -- docs/quantization.md`. */
import { Command } from "commander";
import { formatsSection, type ModelFormats } from "../../codegen/bench/formats/table.js";
import { withSection } from "../../codegen/bench/section.js";
import { measureFormats } from "../../codegen/cli/bench/formats.js";
import type { Cli } from "../../codegen/cli/cli.js";
import { readBounded, writeText } from "../../codegen/cli/files.js";
import { openBoard } from "../../codegen/cli/on-board.js";
import { integer } from "../../codegen/cli/options.js";
import { withProgress } from "../../codegen/cli/progress.js";
import { runFloatPasses } from "../../codegen/passes/float/index.js";
import { exitCodeOf } from "../support/main.js";
import { floatModel, labelled, named, suiteModels } from "../support/suite.js";
import { formatsOf } from "./suite.js";

const BOARD = "esp32-c3";

/** Marks the place of the table in a file. */
const SECTION = "formats";

interface Options {
  readonly model: readonly string[];
  readonly format: readonly string[];
  readonly evaluate: number;
  readonly calibrate: number;
  readonly run: number;
}

/** Prints the table, and puts it in the file if one is given. */
export async function tableCommand(cli: Cli, argv: readonly string[]): Promise<void> {
  const collect = (name: string, before: readonly string[]) => [...before, name];
  await new Command("table:formats")
    .argument("[file]", "a Markdown file with the lines <!-- formats --> and <!-- /formats -->")
    .option("--model <name>", "only this model; may be repeated", collect, [])
    .option("--format <name>", "only this format beside float32; may be repeated", collect, [])
    .option(
      "--evaluate <n>",
      "evaluate on the first n held-out pictures",
      integer(1),
      Number.POSITIVE_INFINITY,
    )
    .option("--calibrate <n>", "calibrate with the first n training pictures", integer(1), 1000)
    .option("--run <n>", "run the first n held-out pictures on the board", integer(1), 2)
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
  const text = file !== undefined && new TextDecoder().decode(await readBounded(file));
  if (text !== false) withSection(text, SECTION, "", file!); // or it would be found out late
  const chosen = named("model", suiteModels, options.model);
  const onBoard = await openBoard(cli, BOARD);
  const found: ModelFormats[] = [];
  for (const model of chosen) {
    const graph = runFloatPasses(floatModel(model));
    const formats = named("format", formatsOf(graph), options.format);
    const { training, holdout } = model.load();
    found.push(
      await withProgress(cli.io, (onProgress) =>
        measureFormats({
          model: model.name,
          graph,
          calibration: labelled(training.slice(0, options.calibrate)).samples,
          holdout: labelled(holdout.slice(0, options.evaluate)),
          ran: options.run,
          formats,
          onBoard,
          onProgress,
        }),
      ),
    );
  }
  const section = formatsSection(found, {
    date: new Date().toISOString().slice(0, 10),
    board: BOARD,
    engine: onBoard.engine.name,
    command: ["npm run -s table:formats", ...(argv.length > 0 ? ["--", ...argv] : [])].join(" "),
  });
  cli.io.out(section);
  if (text === false) return;
  await writeText(file!, withSection(text, SECTION, section, file!));
  cli.io.out(`\nWritten to ${file}\n`);
}

/** @returns the exit code */
export function main(cli: Cli, argv: readonly string[]): Promise<number> {
  return exitCodeOf(cli, () => tableCommand(cli, argv));
}
