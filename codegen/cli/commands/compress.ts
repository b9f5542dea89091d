import { join } from "node:path";
import { Command } from "commander";
import { nearest } from "../../compress/search/nearest.js";
import { compressionPage } from "../../compress/search/page.js";
import { recipesFor } from "../../compress/search/recipe.js";
import { type CompressionReport, parameterCount, stepReport } from "../../compress/search/report.js";
import { requireLabelsFor } from "../../compress/train/options.js";
import { moduleName } from "../../emit/names.js";
import { json } from "../../emit/text.js";
import { runFloatPasses } from "../../passes/float/index.js";
import { refuse } from "../../problems/problem.js";
import { findChip } from "../boards.js";
import { type Cli, examples } from "../cli.js";
import { DATA_HELP, readDataset } from "../data/dataset.js";
import { addPreprocessing, preprocessingOf } from "../data/options.js";
import type { Preprocessing } from "../data/preprocessing.js";
import { split } from "../data/split.js";
import { requireWritable, writeText } from "../files.js";
import { openBoard } from "../on-board.js";
import { integer } from "../options.js";
import { withProgress } from "../progress.js";
import { floatEdges, readFloatModel } from "../quantize/model.js";
import { points } from "../quantize/options.js";
import { requireOutput } from "../quantize/output.js";
import { Checkpoints } from "../search/checkpoints.js";
import type { Flags } from "../search/compress-for.js";
import { budget, part, positive } from "../search/options.js";
import { compressionText } from "../search/text.js";
import { fingerprint } from "../train/fingerprint.js";
import { overwritten } from "../train/flags.js";
import { requireAlike } from "../train/models.js";
import { share } from "../train/options.js";

interface Options extends Flags, Preprocessing {
  readonly data: string;
  readonly labels?: string;
  readonly board: string;
  readonly student?: string;
  readonly evaluate: number;
  readonly predict?: true;
  readonly output: string;
  readonly checkpoint?: string;
  readonly report?: string;
  readonly json?: true;
}

const HELP = `
First the model is quantized to int8. Then smaller ones are tried, those first that keep most of it: sparse, narrower, without
residual blocks, in 4 bits or ternary, and combinations. What each takes is predicted before it is trained, so that only those are
trained that meet the budget, by distillation from the model. The first that loses no more than --max-drop is written. With --student
another network is tried in place of smaller copies of the model: sparse, in 4 bits or ternary.
`;

export function compressCommand(cli: Cli): Command {
  const command = new Command("compress")
    .description("make a float model meet a budget on a board, and say what accuracy that costs")
    .argument("<model>", "a float32 .tflite or .onnx file")
    .requiredOption("-d, --data <path>", "samples to learn from and to evaluate on; see below")
    .option("--labels <what>", "what the samples are; without it agreement with the model counts; see below")
    .requiredOption(
      "-b, --board <name>",
      "the board: a name that `xsnn boards` lists, or the path of a description",
    )
    .requiredOption(
      "--budget <figures>",
      "what the model may take: flash=300K,ram=90K,ms=50, or some of these",
      budget,
    )
    .option("--max-drop <points>", "percentage points that may be lost of the accuracy", points, 0.5)
    .requiredOption("-o, --output <path>", "a .tflite or .onnx file, or a folder for the compiled artifact");
  return addPreprocessing(command)
    .option(
      "--student <model>",
      "train this float32 .tflite or .onnx network, and not the model with less in it",
    )
    .option("--evaluate <part>", "the part of the samples that accuracy is measured on", part, 0.2)
    .option("--epochs <n>", "how often each model that is trained sees the other samples", integer(1), 10)
    .option("--rate <r>", "the learning rate at the beginning (default: 0.001)", positive)
    .option(
      "--alpha <share>",
      "how much the model's answers count beside labels (default: 0.7, and 1 without labels)",
      share,
    )
    .option("--tries <n>", "how many models are trained at most", integer(1), 4)
    .option("--seed <s>", "which samples are for what, and their order", integer(0), 1)
    .option("--predict", "count nothing: predictions need no emulator")
    .option(
      "--checkpoint <folder>",
      "keep what was reached there on the way, and go on from it; removed when a model is written",
    )
    .option("--report <page>", "write the whole path as an HTML page, with plots")
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      HELP +
        DATA_HELP +
        examples(
          "compress digits.onnx --data digits/ --board esp32-c3 --budget ms=60 -o digits.tflite",
          "compress kws.tflite --data words.npz --labels y --board esp32-s3 --budget flash=250K,ram=100K --max-drop 1 -o kws.tflite",
        ),
    )
    .action(async (model: string, options: Options) => {
      const message = overwritten("the model", model, options);
      if (message) refuse("arguments", { message });
      const { checkpoint, report, output } = options;
      await requireOutput(output);
      for (const path of [checkpoint && join(checkpoint, "int8.json"), report])
        if (path !== undefined) await requireWritable(path);
      const board = await findChip(options.board);
      const graph = await readFloatModel(model);
      const student = options.student === undefined ? undefined : await readFloatModel(options.student);
      if (student) requireAlike(student, graph);
      const preprocessing = preprocessingOf(options);
      const dataset = await readDataset(options.data, floatEdges(graph), preprocessing, options.labels);
      requireLabelsFor(options.alpha, dataset);
      const count = dataset.samples.length;
      const evaluated = Math.round(count * options.evaluate);
      if (evaluated < 1 || evaluated === count) refuse("compress-data", { samples: count });
      const { used, evaluation } = split(dataset, count - evaluated, options.seed);
      const onBoard = options.predict ? undefined : await openBoard(cli, options.board);
      const { epochs, rate, alpha, seed } = options;
      const how = { epochs, rate, alpha, seed, board };
      const networks = [graph, ...(student ? [student] : [])];
      const checkpoints =
        checkpoint === undefined
          ? undefined
          : new Checkpoints(
              checkpoint,
              recipesFor(runFloatPasses(graph), student && runFloatPasses(student)),
              (recipe) => fingerprint(networks, used, { ...how, recipe }),
            );
      const job = {
        graph,
        ...(student && { student }),
        training: used,
        evaluation,
        board,
        onBoard,
        module: moduleName(model),
        checkpoints,
        interrupted: cli.io.interrupted,
      };
      // TensorFlow.js takes a while to load, and other commands do without.
      const { compressFor, writeFound } = await import("../search/compress-for.js");
      const { steps, float, found } = await withProgress(cli.io, (onProgress) =>
        compressFor(job, options, onProgress),
      );
      const summary: CompressionReport = {
        model,
        board: board.name,
        budget: options.budget,
        maxDrop: options.maxDrop,
        data: { path: options.data, trained: used.samples.length, evaluated },
        parameters: parameterCount(graph),
        float,
        steps: steps.map(stepReport),
        ...(found && { chosen: steps.indexOf(found) }),
      };
      if (found) {
        await writeFound(found, job, output);
        await checkpoints?.remove();
      }
      if (report !== undefined) await writeText(report, compressionPage(summary));
      if (!options.json) cli.io.out(await compressionText(summary));
      if (!found) refuse("budget-not-met", nearest(summary));
      cli.io.out(options.json ? json({ output, ...summary }) : `Written to ${output}\n`);
    });
}
