import type { Engine } from "../../boards/engine.js";
import type { Io } from "./io.js";

/** What commands work with. */
export interface Cli {
  readonly io: Io;
  /** @throws Refusal where there is no engine of that name */
  engine(name: string): Promise<Engine>;
  /** Has the process exit with 1 although the command did what it was asked to. */
  answerNo(): void;
}

/** Text for `--help`, with examples of calls. */
export function examples(...calls: readonly string[]): string {
  return `\nExamples:\n${calls.map((call) => `  $ xsnn ${call}`).join("\n")}`;
}
