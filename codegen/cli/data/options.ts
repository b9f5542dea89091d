/** Options of commands that read data. */
import type { Command } from "commander";
import { deviations, numbers, range } from "../quantize/options.js";
import type { Preprocessing } from "./preprocessing.js";

/** `--range`, `--mean` and `--std`. */
export function addPreprocessing(command: Command): Command {
  return command
    .option(
      "--range <low,high>",
      "what the least and greatest value of images, sound and integers become: 0,255 for pixels",
      range,
    )
    .option("--mean <m,...>", "subtracted from all values after that: one number, or one a channel", numbers)
    .option("--std <s,...>", "what values are divided by then: one number, or one a channel", deviations);
}

/** The preprocessing among a command's options. */
export function preprocessingOf({ range, mean, std }: Preprocessing): Preprocessing {
  return { ...(range && { range }), ...(mean && { mean }), ...(std && { std }) };
}
