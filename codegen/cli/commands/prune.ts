import { resolve } from "node:path";
import { Command, Option } from "commander";
import { json } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
import { findBoard } from "../boards.js";
import { type Cli, examples } from "../cli.js";
import { readCompressibleModel } from "../compress/model.js";
import { plannable, predictedChange } from "../compress/predicted-change.js";
import { addPreprocessing } from "../data/options.js";
import type { Preprocessing } from "../data/preprocessing.js";
import { boardPlan } from "../on-board.js";
import { integer } from "../options.js";
import { amount, another, normOf, pattern } from "../prune/options.js";
import { checkFlags, type Flags, pruneModel } from "../prune/prune-model.js";
import { pruningReport } from "../prune/report.js";
import { pruningText } from "../prune/text.js";
import { modelOutput } from "../quantize/output.js";

interface Options extends Flags, Preprocessing {
  readonly output: string;
  readonly data?: string;
  readonly board?: string;
  readonly json?: true;
}

const HELP = `
Methods are those of torch.nn.utils.prune. A layer is pruned at a time, or with --global all of them as one. Patterns:
  lanes   weights that kernels multiply at once, where zeros save most for the weight that is lost; float models need --data
  N:M     of each M neighbours along the input channels N stay
`;

export function pruneCommand({ io }: Cli): Command {
  const command = new Command("prune")
    .description("set weights of a model to zero, or take whole channels out, and say what that saves")
    .argument("<model>", "a .tflite or .onnx file, float32 or quantized")
    .requiredOption("-o, --output <path>", "the .tflite or .onnx file to write, of the same kind")
    .option("--amount <amount>", "how much to prune: a part (0.5, 50%) or a count (12) of each layer", amount)
    .addOption(
      new Option("--method <name>", "which weights go: the least, or any; ln is for whole channels")
        .choices(["l1", "random", "ln"])
        .default("l1"),
    )
    .option("--structured", "prune output channels, with those that are tied to them, and take them out")
    .option("--norm <n>", "the n of --method ln: a number, inf or -inf (default: 2)", normOf)
    .option("--pattern <pattern>", "lanes, or N:M such as 2:4; see below", pattern)
    .option("--global", "the amount is of all layers together")
    .option(
      "--layer <name>",
      "only this layer, by its name or its number in the table; may be repeated",
      another,
    )
    .option("--seed <s>", "of --method random", integer(0), 1)
    .option(
      "-d, --data <path>",
      "samples, to quantize a copy of a float model that instructions are predicted for",
    );
  return addPreprocessing(command)
    .option(
      "-b, --board <name>",
      "predict for a board: a name that `xsnn boards` lists, or the path of a description",
    )
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      HELP +
        examples(
          "prune digits.tflite --amount 0.5 -o digits-50.tflite",
          "prune float.onnx --amount 0.25 --structured -o smaller.onnx",
          "prune kws.tflite --amount 60% --pattern lanes --board esp32-c3 -o kws-60.tflite",
          "prune kws.tflite --pattern 2:4 --layer 3 --layer 5 -o kws-24.tflite",
        ),
    )
    .action(async (model: string, options: Options) => {
      if (resolve(options.output) === resolve(model))
        refuse("arguments", { message: "-o names the model itself, which it would replace" });
      checkFlags(options);
      const board = options.board === undefined ? undefined : await findBoard(options.board);
      const planOptions = board ? boardPlan({ board }) : {};
      const before = await readCompressibleModel(model);
      const quantized = await plannable(before, options);
      const planned = quantized?.(before.graph);
      const graph = pruneModel(before.graph, options, planned && { graph: planned, options: planOptions });
      const output = modelOutput(options.output, graph);
      if (!output) return refuse("arguments", { message: "-o must end in .tflite or .onnx" });
      const found = pruningReport(
        { before: before.graph, after: graph },
        quantized &&
          planned &&
          predictedChange(before.graph, { before: planned, after: quantized(graph) }, planOptions, board),
      );
      await output.write();
      io.out(
        options.json
          ? json({ model, output: options.output, ...found })
          : `${await pruningText(found)}Written to ${options.output}\n`,
      );
    });
}
