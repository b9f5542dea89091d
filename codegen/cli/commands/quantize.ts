import { resolve } from "node:path";
import { Command, Option } from "commander";
import { OBSERVERS } from "../../compress/quantize/observers/index.js";
import { layerRows } from "../../compress/report/layers.js";
import { quantizationPage } from "../../compress/report/page/page.js";
import { type QuantizationReport, reportDocument } from "../../compress/report/report.js";
import { moduleName } from "../../emit/names.js";
import { json } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
import { findBoard } from "../boards.js";
import { type Cli, examples } from "../cli.js";
import { DATA_HELP, readDataset } from "../data/dataset.js";
import { addPreprocessing, preprocessingOf } from "../data/options.js";
import type { Preprocessing } from "../data/preprocessing.js";
import { split } from "../data/split.js";
import { writeText } from "../files.js";
import { integer } from "../options.js";
import { withProgress } from "../progress.js";
import { floatEdges, readFloatModel } from "../quantize/model.js";
import {
  ACTIVATION_FORMATS,
  layerScheme,
  points,
  SCHEME_NAMES,
  scheme,
  schemeList,
  WEIGHT_FORMATS,
} from "../quantize/options.js";
import { outputFor } from "../quantize/output.js";
import { type Flags, settings, settingsSummary } from "../quantize/settings.js";
import { quantizationText } from "../quantize/text.js";
import { makeVariants } from "../quantize/variants.js";

interface Options extends Flags, Preprocessing {
  readonly data: string;
  readonly labels?: string;
  readonly samples: number;
  readonly board?: string;
  readonly output: string;
  readonly report?: string;
  readonly json?: true;
}

/** Samples to calibrate with, where it is not said. */
const SAMPLES = 256;

export function quantizeCommand({ io }: Cli): Command {
  const command = new Command("quantize")
    .description("quantize a float model with data, and say what that costs and saves")
    .argument("<model>", "a float32 .tflite or .onnx file")
    .requiredOption("-d, --data <path>", "samples of what the model will see; see below")
    .option("--labels <what>", "what the samples are, for accuracy; see below")
    .requiredOption("-o, --output <path>", "a .tflite or .onnx file, or a folder for the compiled artifact");
  addPreprocessing(command);
  addSchemes(command);
  return command
    .option(
      "--samples <n>",
      "how many samples to calibrate with; the model is evaluated on the others",
      integer(1),
      SAMPLES,
    )
    .option("--seed <s>", "which samples these are, and how rounding begins", integer(0), 1)
    .option(
      "-b, --board <name>",
      "predict flash, memory and time for a board: a name that `xsnn boards` lists, or a description",
    )
    .option("--report <page>", "write all of it as an HTML page, with histograms and plots")
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      DATA_HELP +
        examples(
          "quantize digits.onnx --data digits/ -o digits.tflite",
          "quantize digits.onnx --data x.npy --labels y.npy --scheme int4 --layer 0=int8 -o digits.tflite",
          "quantize kws.tflite --data words.npz --labels y --compare 16x8,ternary --report kws.html -o kws-int8.tflite",
          "quantize kws.onnx --data words/ --auto --max-drop 0.3 -o kws.tflite",
          "quantize camera.onnx --data photos/ --range 0,255 --board esp32-s3 -o app/modules/camera",
        ),
    )
    .action(async (model: string, options: Options) => {
      if (resolve(options.output) === resolve(model))
        refuse("arguments", { message: "-o names the float model itself, which it would replace" });
      const board = options.board === undefined ? undefined : await findBoard(options.board);
      const graph = await readFloatModel(model);
      const preprocessing = preprocessingOf(options);
      const dataset = await readDataset(options.data, floatEdges(graph), preprocessing, options.labels);
      const data = split(dataset, options.samples, options.seed);
      const { float, variants } = await withProgress(io, (onProgress) =>
        makeVariants(settings(options, graph), {
          graph,
          module: moduleName(model),
          data,
          board,
          onProgress,
        }),
      );
      const [{ quantized, compiled }] = variants;
      const report: QuantizationReport = {
        model,
        data: {
          path: options.data,
          calibration: data.used.samples.length,
          evaluated: data.evaluation.samples.length,
          heldOut: data.heldOut,
          preprocessing: { ...preprocessing },
        },
        options: settingsSummary(options),
        float,
        variants: variants.map(({ scheme, evaluation, cost }) => ({ scheme, evaluation, cost })),
        layers: layerRows(quantized, graph, data.used.samples),
      };
      await outputFor(options.output, quantized.graph, compiled).write();
      if (options.report !== undefined) await writeText(options.report, quantizationPage(report));
      io.out(
        options.json
          ? json({ output: options.output, ...reportDocument(report) })
          : `${await quantizationText(report)}Written to ${options.output}\n`,
      );
    });
}

function addSchemes(command: Command): void {
  const choice = (flags: string, description: string, choices: readonly string[]) =>
    new Option(flags, description).choices([...choices]);
  command
    .addOption(
      new Option(
        "--scheme <name>",
        `formats of weights and activations: ${SCHEME_NAMES.join(", ")}, or two formats such as int4/int16`,
      )
        .argParser(scheme)
        .default(scheme("int8"), "int8"),
    )
    .addOption(choice("--weights <format>", "another format of weights", WEIGHT_FORMATS))
    .addOption(choice("--activations <format>", "another format of activations", ACTIVATION_FORMATS))
    .option(
      "--layer <name=scheme>",
      "another scheme for one layer, by its name or its number in the table; may be repeated",
      layerScheme,
    )
    .addOption(
      choice("--observer <name>", "how ranges of activations are found", Object.keys(OBSERVERS)).default(
        "mse",
      ),
    )
    .option("--equalize", "even out weights across layers first, for models with very different channels")
    .addOption(
      choice("--round <how>", "weights to the nearest integers, or to those that fit the data best", [
        "nearest",
        "adaptive",
      ]).default("adaptive"),
    )
    .option("--no-bias-correction", "leave biases as they are")
    .option("--keep-zeros", "weights that are 0 stay 0, for pruned models")
    .addOption(
      choice("--edges <type>", "what goes into the model and comes out", ["quantized", "float"]).default(
        "quantized",
      ),
    )
    .addOption(
      new Option(
        "--auto",
        "give layers that matter more bits than --scheme says, as few as keep the accuracy of --max-drop",
      ).conflicts(["layer", "weights", "activations"]),
    )
    .option("--max-drop <points>", "percentage points that --auto may lose of the accuracy", points, 0.5)
    .option(
      "--compare <schemes>",
      "schemes to evaluate beside, with commas between them; not written",
      schemeList,
    );
}
