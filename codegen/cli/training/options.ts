/** What commands that compile models take of training on the device. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { PlanOptions } from "../../plan/options.js";
import { refuse } from "../../problems/problem.js";
import { decayOf, MOST_DECAY, TRAINING_DEFAULTS, type TrainedLayer } from "../../training/options.js";

export interface TrainFlags {
  readonly train?: readonly TrainedLayer[];
  readonly learningRate?: number;
  readonly momentum?: number;
  readonly batch?: number;
}

/** Adds `--train` and what goes with it. */
export function addTraining(command: Command): Command {
  return command
    .addOption(trainOption())
    .addOption(rateOption())
    .addOption(momentumOption())
    .addOption(batchOption());
}

/** `--train` alone, for commands that require it. */
export function trainOption(): Option {
  return new Option(
    "--train <layers>",
    "layers that learn on the device, with commas between them: names, or head for the last one with weights; NAME:bias for " +
      "its biases alone, NAME:0-7 for some output channels",
  )
    .argParser(trainedLayers)
    .conflicts(["updatable", "hot"]);
}

function rateOption(): Option {
  return new Option(
    "--learning-rate <rate>",
    `the greatest that the device learns with (default: ${TRAINING_DEFAULTS.learningRate})`,
  ).argParser((text) => {
    const rate = Number(text);
    if (!(rate > 0 && rate <= 16))
      throw new InvalidArgumentError("It must be a number above 0 and at most 16.");
    return rate;
  });
}

function momentumOption(): Option {
  return new Option(
    "--momentum <m>",
    `0, 0.5, 0.75, 0.875 and so on (default: ${TRAINING_DEFAULTS.momentum})`,
  ).argParser((text) => {
    if (text.trim() === "" || decayOf(Number(text)) === undefined)
      throw new InvalidArgumentError(
        `It must be 0, or 1 less one half, quarter and so on to ${1 - 2 ** -MOST_DECAY}.`,
      );
    return Number(text);
  });
}

function batchOption(): Option {
  return new Option("--batch <n>", `samples between updates (default: ${TRAINING_DEFAULTS.batch})`).argParser(
    (text) => {
      const batch = Number(text);
      if (!Number.isInteger(batch) || batch < 1 || batch > 256)
        throw new InvalidArgumentError("It must be an integer of at least 1 and at most 256.");
      return batch;
    },
  );
}

/** Parses `head,conv3:bias,conv4:0-7`. A name may have colons itself: only what follows the last one may be a part. */
export function trainedLayers(text: string): TrainedLayer[] {
  return text.split(",").map((item): TrainedLayer => {
    const [, name, part] = /^(.*?)(?::(bias|\d+-\d+))?$/.exec(item)!;
    if (name === "") throw new InvalidArgumentError("It must be names with commas between them.");
    if (part === undefined) return { name };
    if (part === "bias") return { name, biasOnly: true };
    const [first, last] = part.split("-").map(Number);
    if (first > last)
      throw new InvalidArgumentError(`${item} names no channels: the first one is to come first.`);
    return { name, channels: [first, last] };
  });
}

/** The planner's option among those of a command. */
export function trainOptions({
  train,
  learningRate,
  momentum,
  batch,
}: TrainFlags): Pick<PlanOptions, "train"> {
  if (train) {
    const given = {
      ...(learningRate !== undefined && { learningRate }),
      ...(momentum !== undefined && { momentum }),
      ...(batch !== undefined && { batch }),
    };
    return { train: { layers: train, ...TRAINING_DEFAULTS, ...given } };
  }
  if (learningRate !== undefined || momentum !== undefined || batch !== undefined)
    refuse("arguments", {
      message:
        "--learning-rate, --momentum and --batch say how layers are trained, and no --train says which",
    });
  return {};
}
