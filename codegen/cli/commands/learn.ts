import { Command } from "commander";
import type { Engine, Machine } from "../../../boards/engine.js";
import { json, thousands } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
import { learnOnSplit, type SplitLearned } from "../chain/learn-split.js";
import { isSplitFolder, readSplitFolder } from "../chain/split-folder.js";
import { type Cli, examples } from "../cli.js";
import { DATA_HELP, readDataset } from "../data/dataset.js";
import { addPreprocessing, preprocessingOf } from "../data/options.js";
import type { Preprocessing } from "../data/preprocessing.js";
import { edges } from "../inputs/tensor.js";
import { boardMachine, boardPlan, openBoard } from "../on-board.js";
import {
  boardOption,
  engineOption,
  installOption,
  integer,
  machineOption,
  optimizeOption,
  type PlanFlags,
  planOptions,
} from "../options.js";
import { withProgress } from "../progress.js";
import { table } from "../table.js";
import { openTarget } from "../target.js";
import { holdOut } from "../train/hold-out.js";
import { type Learned, type LearningData, tryLearning } from "../training/learn.js";
import { addTraining } from "../training/options.js";

interface Options extends PlanFlags, Preprocessing {
  readonly data: string;
  readonly labels?: string;
  readonly examine?: string;
  readonly passes: number;
  readonly engine: string;
  readonly machine?: Machine;
  readonly board?: string;
  readonly json?: true;
}

/** A fifth of the data is kept apart where nothing else is to be examined; always the same. */
const EXAMINED_SHARE = 0.2;
const SEED = 1;

export function learnCommand(cli: Cli): Command {
  const { io } = cli;
  const command = new Command("learn")
    .description("try what a model learns on its device from your data, before anything is flashed")
    .argument(
      "<model>",
      "an int8 .tflite file, or an .onnx file with QDQ; or an artifact that was compiled with --train, or a split that was written with it",
    )
    .requiredOption("-d, --data <path>", "samples to learn from, with labels; see below")
    .option("--labels <file>", "the right output of each sample; see below")
    .option(
      "--examine <path>",
      "samples to examine the model with, labelled alike (default: a fifth of --data)",
    )
    .option("--passes <n>", "how often the samples are shown", integer(1, 1000), 5)
    .addOption(engineOption("where to learn", "node"))
    .addOption(machineOption())
    .addOption(boardOption())
    .addOption(installOption())
    .addOption(optimizeOption());
  return addTraining(addPreprocessing(command))
    .option("--json", "print results as JSON")
    .addHelpText(
      "after",
      `${DATA_HELP}\n${examples(
        "learn digits.tflite --train head --data turned/",
        "learn digits.tflite --train head --data turned/ --passes 1 --board esp32-c3",
        "learn split/digits --data turned/",
      )}`,
    )
    .action(async (model: string, options: Options, command: Command) => {
      if (await isSplitFolder(model)) {
        const isChosen = command.getOptionValueSource("engine") !== "default";
        const engine = isChosen ? await cli.engine(options.engine) : undefined;
        const found = await learnSplit(cli, model, options, engine);
        return io.out(options.json ? json(found) : `${text(found)}${await stagesText(found)}`);
      }
      const onBoard = options.board === undefined ? undefined : await openBoard(cli, options.board);
      const engine = onBoard?.engine ?? (await cli.engine(options.engine));
      const target = await openTarget(model, { ...(onBoard && boardPlan(onBoard)), ...planOptions(options) });
      if (!target.report.training) refuse("train-nothing", { path: model });
      const { inputs, outputs } = target.report;
      const data = await dataOf(options, {
        inputs: edges(target.report, inputs),
        output: edges(target.report, outputs)[0],
      });
      const machine = (onBoard && boardMachine(onBoard, target)?.machine) ?? options.machine;
      const found = await withProgress(io, (onProgress) =>
        tryLearning(engine, target, data, options.passes, { ...(machine && { machine }), onProgress }),
      );
      io.out(options.json ? json(found) : text(found));
    });
}

/** A split model, on the boards that it is for, or all of it on an engine. */
async function learnSplit(
  cli: Cli,
  path: string,
  options: Options,
  engine: Engine | undefined,
): Promise<SplitLearned> {
  if (options.board ?? options.machine ?? options.optimize ?? options.train)
    refuse("arguments", {
      message:
        "a split model has boards of its own, and what it trains: --board, --machine, --optimize and --train are not for it",
    });
  const split = await readSplitFolder(path);
  const [{ report: first }] = split.stages;
  const { report: last } = split.stages[split.stages.length - 1];
  const data = await dataOf(options, {
    inputs: edges(first, first.inputs),
    output: edges(last, last.outputs)[0],
  });
  return withProgress(cli.io, (onProgress) =>
    learnOnSplit(cli, path, split, data, options.passes, { ...(engine && { engine }), onProgress }),
  );
}

/** What to learn from, and what to examine with. */
async function dataOf(options: Options, shapes: Parameters<typeof readDataset>[1]): Promise<LearningData> {
  const read = (path: string) => readDataset(path, shapes, preprocessingOf(options), options.labels);
  const given = await read(options.data);
  if (options.examine !== undefined) return { training: given, examination: await read(options.examine) };
  const { training, validation } = holdOut(given, EXAMINED_SHARE, SEED);
  return { training, examination: validation ?? training };
}

function text(found: Learned): string {
  const { engine, samples, examined, passes, before, after, losses, instructions } = found;
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const counted = instructions
    ? `A sample takes ${thousands(instructions.run)} instructions to run and ${thousands(instructions.learn)} to learn from, on average, updates and collections included.\n`
    : "";
  return (
    `Before: ${percent(before)} of ${thousands(examined)} samples; after ${thousands(samples)} others, shown ` +
    `${passes === 1 ? "once" : `${passes} times`} on ${engine}: ${percent(after)}\n` +
    `Loss: ${losses.map((loss) => loss.toFixed(3)).join(", ")}\n${counted}`
  );
}

async function stagesText({ stages }: SplitLearned): Promise<string> {
  const right = (title: string) => ({ title, align: "right" }) as const;
  const rows = stages.map(({ board, engine, instructions, sentDown, sentUp, gradientBytes }, i) => [
    i + 1,
    board,
    engine,
    instructions?.run ?? "",
    instructions?.learn ?? "",
    sentDown,
    sentUp,
    gradientBytes,
  ]);
  const titles = ["Run", "Learn", "Bytes to the next", "Bytes back", "Gradients it gets"].map(right);
  const head = [right("Stage"), { title: "Board" }, { title: "Engine" }, ...titles];
  return `${await table(head, rows)}Instructions and bytes of frames of a sample, on average over all that were run; those of learning, updates included, over all that were learned from.\n`;
}
