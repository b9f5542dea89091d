/** Makes the tables of docs/training.md: `npm run -s table:training -- docs/training.md`. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { boardByName, type ChipBoard } from "../../boards/board.js";
import { withSection } from "../../codegen/bench/section.js";
import type { Cli } from "../../codegen/cli/cli.js";
import { readBounded, writeText } from "../../codegen/cli/files.js";
import { integer } from "../../codegen/cli/options.js";
import { trainedLayers } from "../../codegen/cli/training/options.js";
import { thousands } from "../../codegen/emit/text.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { loadDigits } from "../digits/data.js";
import { exitCodeOf } from "../support/main.js";
import { seeded, shuffled } from "../support/random.js";
import { costOnBoard, PASSES, recover } from "./measure.js";
import { SHIFTS } from "./shifts.js";

const SECTION = "training";
const MODEL = new URL("../digits/digits.tflite", import.meta.url);
const BOARD = "esp32-c3";
const SAMPLES = 200;
const SAMPLE_SEED = 9;
const SGD = { momentum: 0.875, batch: 8 };

/** What is trained in the rows of each shift; all rows of the second table. */
const TRAINED = ["head", "head,parts"];

/** Prints the tables, and puts them in the file if one is given. */
export async function tableCommand(cli: Cli, argv: readonly string[]): Promise<void> {
  await new Command("table:training")
    .argument("[file]", "a Markdown file with the lines <!-- training --> and <!-- /training -->")
    .option("--evaluate <n>", "evaluate on the first n held-out digits", integer(1), Number.POSITIVE_INFINITY)
    .exitOverride()
    .configureOutput({ writeOut: cli.io.out, writeErr: cli.io.err, outputError: () => {} })
    .action(async (file: string | undefined, { evaluate }: { readonly evaluate: number }) => {
      const text = file !== undefined && new TextDecoder().decode(await readBounded(file));
      if (text !== false) withSection(text, SECTION, "", file!); // or it would be found out late
      const section = await tables(cli, evaluate, argv);
      cli.io.out(section);
      if (text !== false) await writeText(file!, withSection(text, SECTION, section, file!));
    })
    .parseAsync(argv, { from: "user" });
}

async function tables(cli: Cli, evaluate: number, argv: readonly string[]): Promise<string> {
  const graph = runPasses(importModel(readFileSync(MODEL), "digits.tflite"));
  const { training, holdout } = loadDigits();
  const pictures = {
    training: shuffled(training, seeded(SAMPLE_SEED)).slice(0, SAMPLES),
    holdout: holdout.slice(0, evaluate),
  };
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const lines = [
    `| digits | trained | rate | before | shown once | shown ${PASSES} times | in float64 |`,
    "|---|---|--:|--:|--:|--:|--:|",
  ];
  for (const shift of SHIFTS)
    for (const trained of TRAINED) {
      const found = recover(graph, shift, { layers: trainedLayers(trained), ...SGD }, pictures);
      const cells = [
        shift.name,
        `\`${trained}\``,
        shift.learningRate,
        percent(found.before),
        percent(found.once),
        percent(found.after),
        found.inFloat === undefined ? "" : percent(found.inFloat),
      ];
      lines.push(`| ${cells.join(" | ")} |`);
      cli.io.err(`${lines.at(-1)}\n`);
    }
  const board = (await boardByName(BOARD)) as ChipBoard;
  const engine = await cli.engine("qemu-rv32");
  lines.push(
    "",
    "| trained | `run()` | `learn()` | predicted | an update more | predicted | bytes that live at most |",
    "|---|--:|--:|--:|--:|--:|--:|",
  );
  let machineBytes = 0;
  for (const trained of TRAINED) {
    const setting = { layers: trainedLayers(trained), ...SGD };
    const found = await costOnBoard(graph, SHIFTS[1], setting, pictures.training, board, engine);
    const { run, learn, update, liveBytes, predicted } = found;
    machineBytes = found.machineBytes;
    const cells = [run, learn, predicted.sample, update, predicted.update, liveBytes].map(thousands);
    lines.push(`| \`${trained}\` | ${cells.join(" | ")} |`);
  }
  const command = ["npm run -s table:training --", ...argv].join(" ");
  return `\`${command}\`: ${SAMPLES} training digits, momentum ${SGD.momentum}, batches of ${SGD.batch}; accuracy on ${pictures.holdout.length}
held-out digits. Below, instructions of the emulated ESP32-C3, collections included, in the ${thousands(machineBytes)} bytes of its default machine,
whose parameters were the same bytes as on Node after two updates.

${lines.join("\n")}
`;
}

/** The command as a process runs it. @returns the exit code */
export function main(cli: Cli, argv: readonly string[]): Promise<number> {
  return exitCodeOf(cli, () => tableCommand(cli, argv));
}
