import { Command, Option } from "commander";
import type { Counters, Engine, Machine } from "../../../boards/engine.js";
import { json } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
import { type BoardRun, boardRun, boardRunDocument, boardRunText } from "../board-run.js";
import { runSplit } from "../chain/run-split.js";
import { isSplitFolder, readSplitFolder } from "../chain/split-folder.js";
import { splitRunDocument, splitRunText } from "../chain/text.js";
import { type Cli, examples } from "../cli.js";
import { countersText } from "../counters.js";
import { writeFiles } from "../files.js";
import { writeNpy } from "../inputs/npy.js";
import { randomVectors } from "../inputs/random.js";
import { INPUT_HELP, readInputs } from "../inputs/read-inputs.js";
import { edges } from "../inputs/tensor.js";
import { minRam, minRamDocument, minRamText } from "../min-ram.js";
import { boardMachine, boardPlan, type OnBoard, openBoard } from "../on-board.js";
import {
  boardOption,
  engineOption,
  installOption,
  integer,
  machineOption,
  optimizeOption,
  type PlanFlags,
  planOptions,
  updatableOption,
} from "../options.js";
import { type PredictedRun, predictedRun, predictedRunDocument, predictedRunText } from "../predicted-run.js";
import { withProgress } from "../progress.js";
import { readLabels, type Sample, samplesOf, top } from "../results.js";
import { openTarget, type Target } from "../target.js";

interface Options extends PlanFlags {
  readonly input?: readonly string[];
  readonly engine: string;
  readonly machine?: Machine;
  readonly board?: string;
  readonly minRam?: true;
  readonly predict?: true;
  readonly faults?: number;
  readonly output?: string;
  readonly labels?: string;
  readonly top: number;
  readonly json?: true;
}

export function runCommand(cli: Cli): Command {
  const { io } = cli;
  return new Command("run")
    .description("run a model on inputs from files")
    .argument(
      "<model>",
      "a .tflite file, or a folder that `xsnn compile` or `xsnn split` wrote (its code is run: trust it)",
    )
    .option("-i, --input <file...>", "inputs: .npy, .npz, .bin, .png, .wav or .json; see below")
    .addOption(engineOption("where to run", "node"))
    .addOption(machineOption())
    .addOption(boardOption())
    .addOption(installOption())
    .addOption(optimizeOption())
    .addOption(updatableOption())
    .addOption(
      new Option(
        "--min-ram",
        "find the smallest machine of the --board in which the model runs, by running it; on random input if none is given",
      ).conflicts(["output", "labels"]),
    )
    .addOption(
      new Option(
        "--predict",
        "say what these inputs are predicted to take on the --board, instead of emulating it; outputs are computed on Node",
      ).conflicts("minRam"),
    )
    .addOption(
      new Option(
        "--faults <seed>",
        "have the links of a split model lose, double, delay, alter and cut frames, as follows from the seed",
      )
        .argParser(integer(0))
        .conflicts(["minRam", "predict", "board"]),
    )
    .option("-o, --output <dir>", "folder for outputs, as output_<sample>_<output>.npy, both counted from 0")
    .option("--labels <file>", "names of the elements of the first output, one a line")
    .option("--top <n>", "how many of the highest elements to show", integer(0), 5)
    .option("--json", "print results as JSON")
    .addHelpText(
      "after",
      `${INPUT_HELP}\n${examples(
        "run digits.tflite --input seven.png --labels labels.txt",
        "run digits --engine xs --input seven.png three.png --top 1",
        "run digits.tflite --input seven.png --board esp32-c3",
        "run digits.tflite --input seven.png --board esp32-c3 --predict",
        "run digits.tflite --board esp32-c3 --min-ram",
        "run keyword.tflite --input features.npy -o results",
        "run keyword-split --input features.npy",
      )}`,
    )
    .action(async (model: string, options: Options, command: Command) => {
      if (await isSplitFolder(model)) {
        const isChosen = command.getOptionValueSource("engine") !== "default";
        io.out(
          await splitOutput(cli, model, options, isChosen ? await cli.engine(options.engine) : undefined),
        );
        return;
      }
      if (options.faults !== undefined)
        refuse("arguments", { message: "--faults needs a folder that `xsnn split` wrote" });
      const onBoard = options.board === undefined ? undefined : await openBoard(cli, options.board);
      const runner = (!options.predict && onBoard?.engine) || (await cli.engine(options.engine));
      const target = await openTarget(model, { ...(onBoard && boardPlan(onBoard)), ...planOptions(options) });
      if (options.minRam) {
        io.out(await minRamOutput(cli, onBoard, target, options));
        return;
      }
      const { artifact, report } = target;
      const boardsMachine = onBoard && !options.predict ? boardMachine(onBoard, target) : undefined;
      const machine = boardsMachine?.machine ?? options.machine;
      const inputs = edges(report, report.inputs);
      const outputs = edges(report, report.outputs);
      const labels = options.labels === undefined ? undefined : await readLabels(options.labels, outputs[0]);
      if (!options.input)
        return refuse("input-needed", {
          names: inputs.map(({ name }) => name),
        });
      const vectors = await readInputs(options.input, inputs);
      const prediction = options.predict
        ? predictedRun(
            onBoard,
            target,
            vectors.map(({ steps }) => steps),
          )
        : undefined;
      const { vectors: reports, counters } = await withProgress(io, (onProgress) =>
        runner.run({
          artifact,
          module: report.module,
          vectors: vectors.map(({ steps }) => steps),
          isMod: report.resident !== undefined,
          ...(machine && { machine }),
          onProgress,
        }),
      );
      const samples = samplesOf(vectors, reports, outputs);
      if (options.output !== undefined) await writeFiles(options.output, await outputFiles(samples));
      const shown: Shown = {
        engine: runner.name,
        samples,
        counters,
        top: options.top,
        ...(labels && { labels }),
        ...(prediction && { prediction }),
        ...(onBoard &&
          !prediction && {
            board: boardRun(onBoard, boardsMachine, { report, counters, inferences: samples.length }),
          }),
      };
      io.out(options.json ? json(document(shown)) : await text(shown));
    });
}

async function minRamOutput(
  { io }: Cli,
  onBoard: OnBoard | undefined,
  { artifact, report }: Target,
  { input, json: asJson }: Options,
): Promise<string> {
  if (!onBoard) return refuse("arguments", { message: "--min-ram needs a --board" });
  const inputs = edges(report, report.inputs);
  const vectors = input
    ? await readInputs(input, inputs)
    : randomVectors(inputs, { count: 1, steps: 1, seed: 1 });
  const found = await withProgress(io, (onProgress) =>
    minRam(onBoard, {
      artifact,
      module: report.module,
      vectors: vectors.map(({ steps }) => steps),
      onProgress,
    }),
  );
  return asJson ? json(minRamDocument(found)) : minRamText(found);
}

/** A split model, on the boards that it is for, or all of it on an engine. */
async function splitOutput(
  cli: Cli,
  path: string,
  options: Options,
  engine: Engine | undefined,
): Promise<string> {
  if (options.board ?? options.machine ?? options.minRam ?? options.predict ?? options.optimize)
    refuse("arguments", {
      message: "a split model has boards of its own: --engine, --faults, -o, --labels and --top are for it",
    });
  const split = await readSplitFolder(path);
  const [{ report: first }] = split.stages;
  const { report: last } = split.stages[split.stages.length - 1];
  const inputs = edges(first, first.inputs);
  const outputs = edges(last, last.outputs);
  const labels = options.labels === undefined ? undefined : await readLabels(options.labels, outputs[0]);
  if (!options.input) return refuse("input-needed", { names: inputs.map(({ name }) => name) });
  const vectors = await readInputs(options.input, inputs);
  const run = await withProgress(cli.io, (onProgress) =>
    runSplit(cli, split, vectors, {
      ...(engine && { engine }),
      ...(options.faults !== undefined && { faults: options.faults }),
      onProgress,
    }),
  );
  const samples = samplesOf(vectors, run.vectors, outputs);
  if (options.output !== undefined) await writeFiles(options.output, await outputFiles(samples));
  const shown = { samples, top: options.top, ...(labels && { labels }) };
  return options.json
    ? json({ ...samplesDocument(shown), split: splitRunDocument(run) })
    : `${samplesText(shown)}\n\n${await splitRunText(run)}`;
}

interface Shown extends Results {
  readonly engine: string;
  readonly counters: Counters;
  readonly board?: BoardRun;
  readonly prediction?: PredictedRun;
}

/** What of results is shown. */
interface Results {
  readonly samples: readonly Sample[];
  readonly top: number;
  readonly labels?: readonly string[];
}

async function outputFiles(samples: readonly Sample[]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const [sample, { outputs }] of samples.entries())
    for (const [k, { tensor, values }] of outputs.entries())
      files.set(`output_${sample}_${k}.npy`, await writeNpy(values, tensor.shape));
  return files;
}

function document({ engine, counters, board, prediction, ...results }: Shown): object {
  return {
    engine,
    ...samplesDocument(results),
    counters,
    ...(board && { board: boardRunDocument(board) }),
    ...(prediction && { board: predictedRunDocument(prediction) }),
  };
}

function samplesDocument({ samples, top: count, labels }: Results): object {
  return {
    samples: samples.map(({ name, outputs }) => ({
      input: name,
      top: top(outputs[0], count, labels),
      outputs: outputs.map(({ tensor: { name, dtype, shape }, values }) => {
        return { name, dtype, shape, values: Array.from(values as ArrayLike<number>) };
      }),
    })),
  };
}

async function text({ counters, board, prediction, ...results }: Shown): Promise<string> {
  const costs = board
    ? await boardRunText(board, counters)
    : prediction
      ? await predictedRunText(prediction)
      : countersText(counters);
  return `${samplesText(results)}\n${costs && `\n${costs}`}`;
}

function samplesText({ samples, top: count, labels }: Results): string {
  const width = Math.max(0, ...(labels ?? []).map((label) => label.length));
  const lines = samples.flatMap(({ name, outputs }) => [
    name,
    ...top(outputs[0], count, labels).map(
      ({ label, value }) => `  ${label.padEnd(width)}  ${Number(value.toPrecision(6))}`,
    ),
  ]);
  return lines.join("\n");
}
