import { execFile } from "node:child_process";

export interface ToolResult {
  /** Exit code 0. */
  readonly ok: boolean;
  /** The program could not be found. */
  readonly missing: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; a failure is a result, not an exception. */
export function runTool(command: string, args: readonly string[], cwd?: string): Promise<ToolResult> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ ok: !error, missing: error?.code === "ENOENT", stdout, stderr });
    });
  });
}
