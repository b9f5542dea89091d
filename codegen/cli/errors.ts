import { CommanderError } from "commander";
import { json } from "../emit/text.js";
import { describe, formatAll } from "../problems/format.js";
import { type Problem, Refusal } from "../problems/problem.js";
import type { Io } from "./io.js";

/** What a command threw, as problems. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof Refusal) return error.problems;
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, "").replace(/\n\((.*)\)$/, " ($1)");
    return [{ code: "arguments", place: {}, details: { message } }];
  }
  const message = error instanceof Error ? error.message : String(error);
  return [{ code: "internal-error", place: {}, details: { message: message.split("\n", 1)[0] } }];
}

/** Problems as the JSON document that `--json` prints instead of a result. */
export function problemsJson(problems: readonly Problem[]): object[] {
  return problems.map((problem) => ({ code: problem.code, place: problem.place, ...describe(problem) }));
}

/** Prints problems: as text to stderr, or as JSON to stdout. */
export function printProblems(io: Io, problems: readonly Problem[], asJson: boolean): void {
  if (asJson) io.out(json({ problems: problemsJson(problems) }));
  else for (const text of formatAll(problems)) io.err(`xsnn: ${printable(text)}\n`);
}

/** Text without the control characters that files can smuggle to a terminal, line ends aside. */
function printable(text: string): string {
  return text.replace(/[^\n\P{C}]/gu, "?");
}
