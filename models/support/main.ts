import type { Cli } from "../../codegen/cli/cli.js";
import { printProblems, problemsOf } from "../../codegen/cli/errors.js";

/** Runs a command that makes a table, and tells what was refused as `xsnn` does. @returns the exit code */
export async function exitCodeOf({ io }: Pick<Cli, "io">, command: () => Promise<void>): Promise<number> {
  try {
    await command();
    return 0;
  } catch (error) {
    printProblems(io, problemsOf(error), false);
    return 1;
  }
}
