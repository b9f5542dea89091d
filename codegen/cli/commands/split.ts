import { join } from "node:path";
import { Command, Option } from "commander";
import type { Objective } from "../../split/partition.js";
import type { Cli } from "../cli.js";
import { examples } from "../cli.js";
import { optimizeOption, type PlanFlags, planOptions } from "../options.js";
import type { ChainOptions } from "../split/chain.js";
import { addTraining, type TrainFlags } from "../training/options.js";

interface Options extends ChainOptions, TrainFlags, Pick<PlanFlags, "optimize"> {
  readonly objective: Objective;
  readonly input?: readonly string[];
  readonly output: string;
  readonly json?: true;
}

const NOTE = `
Stages are written as artifacts, <dir>/<module>/stage1 and so on, with a module \`pipeline\` that says where tensors lie in
messages; split.json says who computes and sends what. docs/boards.md says when to split a model and when not. With --train
each stage learns its own part, and gradients come back over the links: docs/training.md.
`;

export function splitCommand({ io }: Cli): Command {
  const command = new Command("split")
    .description("cut a model into stages for several boards in a row")
    .argument("<model>", "an int8 .tflite file, or an .onnx file with QDQ")
    .option(
      "-b, --boards <names>",
      "the boards in order, with commas: names that `xsnn boards` lists, or paths of descriptions",
    )
    .option(
      "-l, --link <links>",
      "how each reaches the next: uart:BAUD, udp or tcp, these with bits a second if known; one for all, or one a pair, with commas",
    )
    .addOption(
      new Option("--chain <file>", 'both from a file: { "boards": [names], "links": [links] }').conflicts([
        "boards",
        "link",
      ]),
    )
    .addOption(
      new Option(
        "--objective <goal>",
        "what to make least: time from one result to the next, of one inference, or energy",
      )
        .choices(["throughput", "latency", "energy"])
        .default("throughput"),
    )
    .option(
      "-i, --input <file...>",
      "typical inputs, .npy, .npz, .bin, .png, .wav or .json: stages are balanced for what these take, and not for inputs without zeros",
    )
    .option("-o, --output <dir>", "where to write the folder of the split", "split")
    .addOption(optimizeOption());
  return addTraining(command)
    .option("--json", "print split.json")
    .addHelpText(
      "after",
      NOTE +
        examples(
          "split keyword.tflite --boards esp32-c3,esp32-c3,esp32-c3 --link uart:3000000",
          "split keyword.tflite --boards esp32-c3,esp32-s3 --link udp --objective latency -o out",
          "split gesture.tflite --boards esp32-c3,esp32-c3 --link uart:3000000 --input samples/*.npy",
          "split keyword.tflite --chain chain.json",
          "split digits.tflite --boards esp32-c3,esp32-c3 --link uart:921600 --train head,parts",
        ),
    )
    .action(async (path: string, options: Options) => {
      const { objective, input, output, json, optimize, boards, link, chain: file, ...train } = options;
      const chainOptions = { ...(boards !== undefined && { boards }), ...(link !== undefined && { link }) };
      const { openChain } = await import("../split/chain.js");
      const { splitFile } = await import("../split/split-file.js");
      const chain = await openChain(
        { ...chainOptions, ...(file !== undefined && { chain: file }) },
        planOptions({ ...train, ...(optimize && { optimize }) }),
      );
      const split = await splitFile(path, chain, objective, input);
      const folder = join(output, split.module);
      const { writeSplit } = await import("../split/folder.js");
      await writeSplit(folder, split.files);
      if (json) return io.out(new TextDecoder().decode(split.files.get("split.json")));
      const { splitText } = await import("../split/text.js");
      io.out(`${await splitText(split, chain, objective, input)}\nWritten to ${folder}\n`);
    });
}
