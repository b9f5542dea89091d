import { Command } from "commander";
import { appFiles } from "../../app/app.js";
import { json } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
import { appBoard, modelLimits } from "../app/board.js";
import { appModel, type CompiledModel, requireDistinct } from "../app/models.js";
import { partitionsText } from "../app/text.js";
import { findChip } from "../boards.js";
import { type Cli, examples } from "../cli.js";
import { requireEmpty, writeFolder } from "../files.js";
import { INPUT_HELP } from "../inputs/read-inputs.js";
import { optimizeOption, type PlanFlags, planOptions, updatableOption } from "../options.js";
import { runtimeSources } from "../runtime-sources.js";

interface Options extends PlanFlags {
  readonly board: string;
  readonly output?: string;
  readonly input?: readonly string[];
  readonly labels?: readonly string[];
  readonly json?: true;
}

export function appCommand({ io }: Cli): Command {
  return new Command("app")
    .description(
      "write a Moddable application around models: sensor stub, loop, console, self-test, partitions",
    )
    .argument("<model...>", "int8 .tflite files, or .onnx files with QDQ")
    .requiredOption(
      "-b, --board <name>",
      "the board: a name that `xsnn boards` lists, or the path of a description",
    )
    .option("-o, --output <dir>", "folder to write, new or empty (default: ./<first model>-app)")
    .option(
      "-i, --input <file...>",
      "samples that the self-test compares and the sensor stub plays, for an application of one model (default: random)",
    )
    .option(
      "--labels <file...>",
      "names of the elements of the first output, a file for each model in their order",
    )
    .addOption(optimizeOption())
    .addOption(updatableOption())
    .option("--json", "print what was written as JSON")
    .addHelpText(
      "after",
      `${INPUT_HELP}\n${examples(
        "app digits.tflite --board esp32-c3 -o digits-app --input samples/*.png --labels labels.txt",
        "app wake-word.tflite command.tflite --board esp32-s3 -o voice",
      )}`,
    )
    .action(async (paths: readonly string[], options: Options) => {
      const board = await findChip(options.board);
      const { input, labels = [] } = options;
      if (input && paths.length > 1)
        refuse("arguments", { message: "--input gives samples of one model, and there are several" });
      if (labels.length > paths.length)
        refuse("arguments", {
          message: `there are ${labels.length} files of labels and ${paths.length} models`,
        });
      if (options.output !== undefined) await requireEmpty(options.output);
      const limits = { ...modelLimits(board, paths.length), ...planOptions(options) };
      const models: CompiledModel[] = [];
      for (const [i, model] of paths.entries())
        models.push(
          await appModel(
            { model, ...(input && { inputs: input }), ...(labels[i] && { labels: labels[i] }) },
            limits,
          ),
        );
      requireDistinct(models);
      const folder = options.output ?? `${models[0].module}-app`;
      await requireEmpty(folder);
      const name = appName(folder, models[0].module);
      const on = appBoard(board, models);
      const files = appFiles({ name, board: on, models }, await runtimeSources());
      await writeFolder(folder, files);
      const sizes = Object.fromEntries([...files].map(([path, bytes]) => [path, bytes.length]));
      io.out(
        options.json
          ? json({ folder, name, board: on, files: sizes })
          : `${await partitionsText(on, board.flash.bytes.value)}${next(folder, board.name)}`,
      );
    });
}

/** The name that `mcconfig` gives to what it builds: the folder's, where that is a plain one. */
function appName(folder: string, module: string): string {
  const last = folder.replace(/[/\\]+$/, "").replace(/^.*[/\\]/, "");
  return /^[a-z][a-z0-9-]*$/.test(last) ? last : module;
}

function next(folder: string, board: string): string {
  return `Written to ${folder}; next: xsnn build ${folder} --board ${board}\n`;
}
