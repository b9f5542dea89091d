/** Runs an application that was built for this computer, without the simulator's windows. */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { refuse } from "../../codegen/problems/problem.js";
import { projectPath } from "../project.js";
import { runLines } from "./run-lines.js";
import type { Sdk } from "./sdk.js";

const execute = promisify(execFile);

export interface HeadlessRun {
  readonly sdk: Sdk;
  /** Where `mc.so` is; the program that runs it is put beside it. */
  readonly images: string;
  readonly seconds: number;
  readonly onLine: (line: string) => void;
}

/** @throws Refusal `build-failed` where the program cannot be compiled or the application ends with a failure */
export async function runHeadless({ sdk, images, seconds, onLine }: HeadlessRun): Promise<void> {
  const program = join(images, "headless");
  await mkdir(images, { recursive: true });
  await compileHost(sdk, program);
  const signal = AbortSignal.timeout(1000 * seconds);
  const { ok, last } = await runLines(program, [join(images, "mc.so")], {
    cwd: images,
    env: process.env,
    onLine,
    signal,
  });
  if (!ok) refuse("build-failed", { board: "lin", tool: "the application", output: last });
}

async function compileHost({ folder }: Sdk, program: string): Promise<void> {
  const flags = async (which: string) => {
    const { stdout } = await execute("pkg-config", [which, "glib-2.0"]);
    return stdout.trim().split(/\s+/);
  };
  try {
    await execute("gcc", [
      "-O1",
      "-DmxLinux=1",
      `-I${join(folder, "build", "simulators", "modules")}`,
      ...(await flags("--cflags")),
      projectPath("boards", "moddable", "host", "headless.c"),
      "-o",
      program,
      ...(await flags("--libs")),
      "-ldl",
    ]);
  } catch (error) {
    refuse("build-failed", {
      board: "lin",
      tool: "gcc",
      output: (error as Error).message.split("\n").slice(-3).join("; "),
    });
  }
}
