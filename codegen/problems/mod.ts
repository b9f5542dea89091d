import type { WordsOf } from "./problem.js";

/** Why a model cannot be a mod. */
export interface ModProblems {
  "mod-ram": {
    board: string;
    what: string;
    needed: number;
    available: number;
    parts: Readonly<Record<string, number>>;
  };
  "mod-partition": {
    needed: number;
    available: number;
    parts: Readonly<Record<string, number>>;
    hasTable: boolean;
  };
  "mcrun-failed": { platform: string; output: string };
}

const list = (parts: Readonly<Record<string, number>>) =>
  Object.entries(parts)
    .map(([name, bytes]) => `${name} ${bytes}`)
    .join(", ");

export const modWords: WordsOf<ModProblems> = {
  "mod-ram": ({ board, what, needed, available, parts }) => ({
    what:
      `as a mod the model needs a machine of ${needed} bytes of ${what} and ${board} has ${available}: ` +
      `${needed - available} short; in bytes: ${list(parts)}`,
    todo:
      "nothing of a mod is preloaded: compile the model into the application (`xsnn compile`, whose weights a model store can " +
      "replace), try `--optimize ram`, or choose a smaller model",
  }),
  "mod-partition": ({ needed, available, parts, hasTable }) => ({
    what: `the mod takes ${needed} bytes of flash and has ${available}: ${needed - available} short; in bytes: ${list(parts)}`,
    todo: hasTable
      ? "make the partition `xs` larger in the application's partitions.csv and say so (`--partition`), or try `--optimize size`"
      : "this board has no partition table: a mod shares the flash that is mapped with the firmware; try `--optimize size`",
  }),
  "mcrun-failed": ({ platform, output }) => ({
    what: `mcrun cannot build the mod for ${platform}: ${output}`,
    todo: "check that MODDABLE names the SDK that mcrun on the PATH belongs to, and that its tools are built",
  }),
};
