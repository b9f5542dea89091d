import { existsSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { baselineDocument, parseBaseline } from "../../bench/baseline.js";
import { type Changes, changes } from "../../bench/changes.js";
import type { Case } from "../../bench/measurement.js";
import { parseReference, type Reference } from "../../bench/reference.js";
import { json } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
import { changesText } from "../bench/changes-text.js";
import { measureAll } from "../bench/measure.js";
import { profileText, writeProfile } from "../bench/profiles.js";
import { type Results, resultsCsv, resultsDocument, resultsText } from "../bench/results.js";
import { benchTable } from "../bench/ruler-command.js";
import { baselinePath, benchModel, defaultBoards, defaultModels, referencePath } from "../bench/suite.js";
import { type Cli, examples } from "../cli.js";
import { readBounded, writeText } from "../files.js";
import { type OnBoard, openBoard } from "../on-board.js";
import {
  installOption,
  integer,
  optimizeOption,
  type PlanFlags,
  planOptions,
  updatableOption,
} from "../options.js";

interface Options extends PlanFlags {
  readonly board?: readonly string[];
  readonly json?: true;
  readonly csv?: true;
  readonly profile?: string | true;
  readonly check?: true;
  readonly update?: true;
  readonly baseline: string;
  readonly table?: string | true;
  readonly vectors?: number;
}

const PROFILE_FILE = "xsnn-profile.html";

const HELP = `
Each model runs once on each board, from its initial state, on random input that is always the same: counts repeat to
the last instruction. Without models: the ones the project ships, and public ones where they are beside it.
Exits with 1 if a model does not run, and with --check if anything is slower or bigger by more than 1 %.
`;

export function benchCommand(cli: Cli): Command {
  return new Command("bench")
    .description("count what models take on boards: instructions, memory, flash")
    .argument("[models...]", ".tflite files, folders that `xsnn compile` wrote, or names of default models")
    .addOption(
      new Option(
        "-b, --board <name>",
        `a board, emulated; give it again for another (default: ${defaultBoards.join(" and ")})`,
      ).argParser((name: string, before: readonly string[] = []) => [...before, name]),
    )
    .addOption(new Option("--json", "print it as JSON, layers included").conflicts("csv"))
    .option("--csv", "print it as CSV")
    .addOption(installOption())
    .addOption(optimizeOption())
    .addOption(updatableOption())
    .addOption(
      new Option(
        "--profile [file]",
        `show layers as bar charts, and write an .html page (default: ${PROFILE_FILE})`,
      ).argParser(endingIn(".html")),
    )
    .addOption(new Option("--check", "compare with the baseline").conflicts(["update", "csv"]))
    .option("--update", "write the baseline")
    .addOption(
      new Option(
        "--table [file]",
        "run models on golden vectors in a machine of a fixed size; with a .md file, put the table there",
      )
        .argParser(endingIn(".md"))
        .conflicts(["board", "csv", "profile", "check", "update"]),
    )
    .option("--vectors <n>", "with --table: run only the first n vectors", integer(1))
    .addOption(new Option("--baseline <file>", "the baseline").default(baselinePath(), "the project's"))
    .addHelpText(
      "after",
      HELP +
        examples(
          "bench",
          "bench digits --board esp32-c3 --profile digits.html",
          "bench keyword.tflite --json",
          "bench --check",
          "bench kws_ref_int8 kws_ref_int8:int4 --table",
        ),
    )
    .action((models: readonly string[], options: Options) => bench(cli, models, options));
}

async function bench(cli: Cli, names: readonly string[], options: Options): Promise<void> {
  const { table, vectors } = options;
  if (table !== undefined)
    return benchTable(cli, names, {
      file: table === true ? undefined : table,
      isJson: options.json === true,
      most: vectors ?? Number.POSITIVE_INFINITY,
      plan: planOptions(options),
      ...(await reference()),
    });
  if (vectors !== undefined) refuse("arguments", { message: "--vectors needs --table" });
  const models = names.length > 0 ? names.map(benchModel) : defaultModels();
  if (models.length === 0) return refuse("bench-no-models", {});
  const baseline = options.check && parseBaseline(await readBounded(options.baseline), options.baseline);
  const boards: OnBoard[] = [];
  for (const name of options.board ?? defaultBoards) boards.push(await openBoard(cli, name));

  const tflm = await reference();

  const results: Results = { ...(await measureAll(cli.io, models, boards, planOptions(options))), ...tflm };
  const measured = results.measured.map(({ measurement }) => measurement);
  const isAsked = ({ model, board }: Case) =>
    (names.length === 0 || models.some(({ name }) => name === model)) &&
    (!options.board || boards.some((on) => on.board.name === board));
  const changed = baseline && changes(baseline.filter(isAsked), measured);
  const page = options.profile === true ? PROFILE_FILE : options.profile;
  if (page !== undefined) await writeProfile(page, results);
  const isUpdated = options.update === true && results.failed.length === 0;
  if (isUpdated) await writeText(options.baseline, json(baselineDocument(measured)));

  if (options.csv) cli.io.out(resultsCsv(results));
  else if (options.json)
    cli.io.out(json({ ...resultsDocument(results), ...(changed && { changes: changed }) }));
  else {
    const parts = [
      ...(page === undefined ? [] : [await profileText(results)]),
      await resultsText(results),
      ...(page === undefined ? [] : [`\nProfile written to ${page}\n`]),
      ...(changed ? [`\n${await changesText(changed)}`] : []),
      ...(options.update ? [isUpdated ? `\nBaseline written to ${options.baseline}\n` : NOT_UPDATED] : []),
    ];
    cli.io.out(parts.join(""));
  }
  if (results.failed.length > 0 || (changed && isWorse(changed))) cli.answerNo();
}

const NOT_UPDATED = "\nBaseline not written: not all could be measured.\n";

function isWorse({ worse, incomparable }: Changes): boolean {
  return worse.length + incomparable.length > 0;
}

/** TFLM's counts, where they are. */
async function reference(): Promise<{ readonly reference?: Reference }> {
  const path = referencePath();
  return existsSync(path) ? { reference: parseReference(await readBounded(path), path) } : {};
}

/** A file is never written over a model that was meant to be measured. */
function endingIn(extension: string): (path: string) => string {
  return (path) => {
    if (path.endsWith(extension)) return path;
    throw new InvalidArgumentError(`It must end in ${extension}; models come before this option.`);
  };
}
