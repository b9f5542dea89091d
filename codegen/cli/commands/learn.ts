import { Command } from "commander";
import type { Machine } from "../../../boards/engine.js";
import { json, thousands } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
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
import { openTarget } from "../target.js";
import { holdOut } from "../train/hold-out.js";
import { type Learned, tryLearning } from "../training/learn.js";
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
      "an int8 .tflite file, or an .onnx file with QDQ; or an artifact that was compiled with --train",
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
      )}`,
    )
    .action(async (model: string, options: Options) => {
      const onBoard = options.board === undefined ? undefined : await openBoard(cli, options.board);
      const engine = onBoard?.engine ?? (await cli.engine(options.engine));
      const target = await openTarget(model, { ...(onBoard && boardPlan(onBoard)), ...planOptions(options) });
      if (!target.report.training) refuse("train-nothing", { path: model });
      const { inputs, outputs } = target.report;
      const shapes = { inputs: edges(target.report, inputs), output: edges(target.report, outputs)[0] };
      const read = (path: string) => readDataset(path, shapes, preprocessingOf(options), options.labels);
      const given = await read(options.data);
      const { training, validation } =
        options.examine === undefined
          ? holdOut(given, EXAMINED_SHARE, SEED)
          : { training: given, validation: await read(options.examine) };
      const machine = (onBoard && boardMachine(onBoard, target)?.machine) ?? options.machine;
      const found = await withProgress(io, (onProgress) =>
        tryLearning(engine, target, { training, examination: validation ?? training }, options.passes, {
          ...(machine && { machine }),
          onProgress,
        }),
      );
      io.out(options.json ? json(found) : text(found));
    });
}

function text({ engine, samples, examined, passes, before, after, losses, instructions }: Learned): string {
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
