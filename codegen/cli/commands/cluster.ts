import { resolve } from "node:path";
import { Command, Option } from "commander";
import { json } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
import { findBoard } from "../boards.js";
import { type Cli, examples } from "../cli.js";
import { clusterModel, type Flags } from "../cluster/cluster-model.js";
import { clusteringReport } from "../cluster/report.js";
import { clusteringText } from "../cluster/text.js";
import { readCompressibleModel } from "../compress/model.js";
import { plannable, predictedChange } from "../compress/predicted-change.js";
import { addPreprocessing } from "../data/options.js";
import type { Preprocessing } from "../data/preprocessing.js";
import { boardPlan } from "../on-board.js";
import { integer, optimizeOption, type PlanFlags, planOptions } from "../options.js";
import { another } from "../prune/options.js";
import { modelOutput } from "../quantize/output.js";

interface Options extends Flags, Preprocessing, Pick<PlanFlags, "optimize"> {
  readonly output: string;
  readonly data?: string;
  readonly board?: string;
  readonly json?: true;
}

const HELP = `
Weights of a layer share at most 2^bits values, of which 0 is one: what is zero stays so. Of a quantized model the integers are
clustered, which is what kernels multiply by and weights.bin holds. So quantize first, and cluster what comes out.
`;

export function clusterCommand({ io }: Cli): Command {
  const command = new Command("cluster")
    .description("have the weights of each layer share a few values, and say what that saves")
    .argument("<model>", "a .tflite or .onnx file, float32 or quantized")
    .requiredOption("-o, --output <path>", "the .tflite or .onnx file to write, of the same kind")
    .requiredOption("--bits <n>", "weights of a layer share at most 2^n values: 2 to 8", integer(1))
    .option("--symmetric", "values come in pairs m and −m beside 0, so that kernels see few magnitudes")
    .option("--per-channel", "each output channel has values of its own")
    .addOption(
      new Option(
        "--method <name>",
        "how values are found: the best ones, or as Lloyd's algorithm does from a start",
      )
        .choices(["optimal", "linear", "kmeans++"])
        .default("optimal"),
    )
    .option("--seed <s>", "of --method kmeans++", integer(0), 1)
    .option(
      "--layer <name>",
      "only this layer, by its name or its number in the table; may be repeated",
      another,
    )
    .option(
      "-d, --data <path>",
      "samples, to quantize a copy of a float model that instructions are predicted for",
    );
  return addPreprocessing(command)
    .option(
      "-b, --board <name>",
      "predict for a board: a name that `xsnn boards` lists, or the path of a description",
    )
    .addOption(optimizeOption())
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      HELP +
        examples(
          "cluster kws.tflite --bits 4 --symmetric --board esp32-c3 -o kws-4.tflite",
          "cluster kws.tflite --bits 4 --optimize size -o kws-4.tflite",
          "cluster digits.onnx --bits 5 --data digits/ -o digits-5.onnx",
          "cluster kws.tflite --bits 3 --layer 0 --layer 2 -o kws-3.tflite",
        ),
    )
    .action(async (model: string, options: Options) => {
      if (resolve(options.output) === resolve(model))
        refuse("arguments", { message: "-o names the model itself, which it would replace" });
      const board = options.board === undefined ? undefined : await findBoard(options.board);
      const before = await readCompressibleModel(model);
      const quantized = await plannable(before, options);
      const graph = clusterModel(before.graph, options);
      const output = modelOutput(options.output, graph);
      if (!output) return refuse("arguments", { message: "-o must end in .tflite or .onnx" });
      const planned = quantized && { before: quantized(before.graph), after: quantized(graph) };
      const goal = { ...(board && boardPlan({ board })), ...planOptions(options) };
      const found = clusteringReport(
        { before: before.graph, after: graph },
        planned && predictedChange(before.graph, planned, goal, board),
      );
      await output.write();
      io.out(
        options.json
          ? json({ model, output: options.output, ...found })
          : `${await clusteringText(found)}Written to ${options.output}\n`,
      );
    });
}
