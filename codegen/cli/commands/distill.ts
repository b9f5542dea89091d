import { Command, Option } from "commander";
import type { DistillationReport } from "../../compress/report/distillation.js";
import { distillationPage } from "../../compress/report/page/distillation.js";
import { json } from "../../emit/text.js";
import { type Cli, examples } from "../cli.js";
import { DATA_HELP, readDataset } from "../data/dataset.js";
import { addPreprocessing, preprocessingOf } from "../data/options.js";
import { requireWritable, writeText } from "../files.js";
import { integer } from "../options.js";
import { withProgress } from "../progress.js";
import { another } from "../prune/options.js";
import { floatEdges } from "../quantize/model.js";
import { layerScheme, SCHEME_NAMES, scheme } from "../quantize/options.js";
import { part, positive } from "../search/options.js";
import { CheckpointFile } from "../train/checkpoint-file.js";
import { evaluateAll } from "../train/evaluate.js";
import { fingerprint } from "../train/fingerprint.js";
import { checkFlags, type Flags, quantization, studentText, summary } from "../train/flags.js";
import { holdOut } from "../train/hold-out.js";
import { readModels, weightCount } from "../train/models.js";
import { hint, share, shareBelow1 } from "../train/options.js";
import { outputOf, rehearse, trainedGraph } from "../train/result.js";
import { distillationText } from "../train/text.js";

const HELP = `
The student is a model of its own (--student), or the teacher with less in it: --width keeps the channels of the greatest norms,
--without-block takes residual blocks out. With --scheme alone it is the teacher as it will be quantized.
`;

export function distillCommand({ io }: Cli): Command {
  const command = new Command("distill")
    .description("train a smaller or quantized network to answer as another one does")
    .argument("<teacher>", "a .tflite or .onnx file, float32 or quantized")
    .requiredOption("-d, --data <path>", "samples of what the model will see; see below")
    .option("--labels <what>", "what the samples are, to learn from beside the teacher; see below")
    .requiredOption("-o, --output <path>", "the .tflite or .onnx file to write");
  addPreprocessing(command);
  addStudent(command);
  addTraining(command);
  return command
    .option(
      "--checkpoint <file>",
      "keep what was reached there on the way, and go on from it; removed when the model is written",
    )
    .option("--report <page>", "write learning curves as an HTML page")
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      HELP +
        DATA_HELP +
        examples(
          "distill digits.tflite --data x.npy --width 0.5 -o half.tflite",
          "distill resnet.onnx --data photos/ --without-block 12 --epochs 30 --checkpoint t.json -o less.onnx",
          "distill kws.onnx --data words/ --scheme ternary --search --normalize --epochs 40 -o kws.tflite",
          "distill kws.tflite --student pruned.tflite --keep-zeros --data words/ -o tuned.tflite",
        ),
    )
    .action(async (teacher: string, flags: Flags) => {
      checkFlags(teacher, flags);
      for (const path of [flags.output, flags.checkpoint, flags.report])
        if (path !== undefined) await requireWritable(path);
      const models = await readModels(teacher, flags);
      const { student } = models;
      const preprocessing = preprocessingOf(flags);
      const dataset = await readDataset(flags.data, floatEdges(student), preprocessing, flags.labels);
      const data = holdOut(dataset, flags.validate, flags.seed);
      const { samples } = data.training;
      const formats = quantization(flags, student);
      rehearse(flags.output, student, samples, formats);
      const checkpoint =
        flags.checkpoint === undefined
          ? undefined
          : new CheckpointFile(flags.checkpoint, fingerprint([models.teacher, student], dataset, flags));
      const { report, output } = await withProgress(io, async (onProgress) => {
        const { distill } = await import("../train/distill.js");
        const trained = await distill({ models, data, flags, formats, checkpoint }, io, onProgress);
        const after = trainedGraph(trained, samples, formats);
        const compared = { teacher: models.teacher, before: student, after };
        const report: DistillationReport = {
          teacher,
          student: studentText(flags),
          data: {
            path: flags.data,
            trained: samples.length,
            heldOut: data.validation?.samples.length ?? 0,
            preprocessing: { ...preprocessing },
          },
          options: summary(flags),
          weights: { teacher: weightCount(models.teacher), student: weightCount(student) },
          epochs: trained.epochs,
          epoch: trained.epoch,
          ...(data.validation && { evaluations: evaluateAll(compared, data.validation, onProgress) }),
        };
        return { report, output: outputOf(flags.output, after) };
      });
      await output.write();
      if (flags.report !== undefined) await writeText(flags.report, distillationPage(report));
      await checkpoint?.remove();
      io.out(
        flags.json
          ? json({ output: flags.output, ...report })
          : `${await distillationText(report)}Written to ${flags.output}\n`,
      );
    });
}

function addStudent(command: Command): void {
  command
    .option("--student <model>", "the network to train: a float32 .tflite or .onnx file")
    .option("--width <part>", "keep this part of its channels, such as 0.5", part)
    .option(
      "--without-block <name>",
      "take a residual block out, by the name or number of its ADD; may be repeated",
      another,
    )
    .addOption(
      new Option(
        "--scheme <name>",
        `train it as if quantized, and write it so: ${SCHEME_NAMES.join(", ")}, or two formats such as int4/int16`,
      ).argParser(scheme),
    )
    .option(
      "--layer <name=scheme>",
      "another scheme for one layer, by its name or its number; may be repeated",
      layerScheme,
    )
    .option("--search", "search for weights of 1, 2 and 4 bits, and not only round them")
    .option("--keep-zeros", "weights that are 0 stay 0, for pruned models");
}

function addTraining(command: Command): void {
  command
    .option("--temperature <t>", "softens the answers of teacher and student (default: 4)", positive)
    .option(
      "--alpha <share>",
      "how much the teacher counts beside labels (default: 0.7, and 1 without labels)",
      share,
    )
    .option(
      "--hint <teacher=student>",
      "tensors that are to be alike, too, by their names; may be repeated",
      hint,
    )
    .option("--epochs <n>", "how often every sample is shown", integer(1), 10)
    .option("--batch <n>", "samples of a step (default: 64)", integer(1))
    .option("--rate <r>", "the learning rate at the beginning (default: 0.001)", positive)
    .option("--seed <s>", "of the order of samples, and of which are held out", integer(0), 1)
    .option("--normalize", "batch normalization on the way, for networks that are far from trained")
    .option("--validate <share>", "the part of the data that is held out", shareBelow1, 0.1)
    .option("--patience <n>", "stop after so many epochs without a lower loss on it", integer(1));
}
