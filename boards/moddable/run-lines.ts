/** Runs a tool and tells of its lines as they come. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
  /** Ends the tool, without failure, when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface Outcome {
  /** Exit code 0, or stopped by the signal. */
  readonly ok: boolean;
  /** Its last lines. */
  readonly last: string;
}

const KEPT_LINES = 6;

/** The tool's end is a result, not an exception. */
export function runLines(command: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const { cwd, env, onLine, signal } = options;
  return new Promise((resolve) => {
    const kept: string[] = [];
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const take = (line: string) => {
      if (line.trim() === "") return;
      kept.push(line.trim());
      if (kept.length > KEPT_LINES) kept.shift();
      onLine?.(line);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", take);
    const stop = () => child.kill("SIGTERM");
    signal?.addEventListener("abort", stop);
    child.on("error", ({ message }) => resolve({ ok: false, last: message }));
    child.on("close", (code) => {
      signal?.removeEventListener("abort", stop);
      resolve({ ok: code === 0 || signal?.aborted === true, last: kept.join("; ") });
    });
  });
}
