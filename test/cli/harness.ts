/** Calls the command line in this process, in an empty folder. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { Engine } from "../../boards/engine.js";
import { engineByName } from "../../boards/index.js";
import { main } from "../../codegen/cli/program.js";
import { exportTflite } from "../../codegen/export/tflite/export-tflite.js";
import type { Graph } from "../../codegen/graph/graph.js";

export interface Called {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let folder = "";
let before = "";

/** Makes each test of a file run in an empty folder of its own. */
export function inEmptyFolder(): void {
  beforeEach(() => {
    before = process.cwd();
    folder = mkdtempSync(join(tmpdir(), "xsnn-cli-"));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });
}

/** Calls `xsnn` with these arguments. */
export async function xsnn(...argv: readonly string[]): Promise<Called> {
  return withEngines({}, ...argv);
}

/** Calls `xsnn` with engines of a test beside the real ones. */
export async function withEngines(
  engines: Readonly<Record<string, Engine>>,
  ...argv: readonly string[]
): Promise<Called> {
  return called(argv, engines);
}

/** Calls `xsnn` as if Ctrl-C were pressed when the signal is aborted. */
export async function interruptibleXsnn(
  interrupted: AbortSignal,
  ...argv: readonly string[]
): Promise<Called> {
  return called(argv, {}, interrupted);
}

async function called(
  argv: readonly string[],
  engines: Readonly<Record<string, Engine>>,
  interrupted?: AbortSignal,
): Promise<Called> {
  let [out, err] = ["", ""];
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    debug: false,
    ...(interrupted && { interrupted }),
  };
  const code = await main(argv, io, async (name) => engines[name] ?? engineByName(name));
  return { code, out, err };
}

/** Writes a graph as a model file. */
export function writeModel(path: string, graph: Graph): void {
  writeFileSync(path, exportTflite(graph));
}

/** The codes of the problems that a call with `--json` ended with. */
export function codesOf({ out }: Called): string[] {
  return JSON.parse(out).problems.map(({ code }: { code: string }) => code);
}

/** Names in the folder that the test runs in. */
export function folderNames(): string[] {
  return readdirSync(".").sort();
}
