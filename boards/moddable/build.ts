/**
 * Builds an application with the Moddable SDK. `mcconfig` writes the makefile and make does the rest: `mcconfig -m` would also
 * start what it built, and on this computer end every program that is called like the simulator.
 */
import { mkdir, stat, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { refuse } from "../../codegen/problems/problem.js";
import { type BuildFolders, buildFolders, type Goal, type Platform } from "./platform.js";
import { runLines } from "./run-lines.js";
import { findTypeScript, onPath } from "./sdk.js";

export interface Build {
  /** The application's: absolute. */
  readonly folder: string;
  /** As its manifest has it. */
  readonly name: string;
  readonly platform: Platform;
  readonly goal: Goal;
  /** Where everything goes: absolute. */
  readonly output: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Told of each line that the tools print. */
  readonly onLine?: (line: string) => void;
}

export interface Built {
  readonly folders: BuildFolders;
  /** Whether there are images; without the vendor's SDK the modules are linked, and that is all. */
  readonly isComplete: boolean;
}

/**
 * @throws Refusal `mcconfig-missing`, `typescript-missing`, or `build-failed` with the tools' last words
 */
export async function buildApp(build: Build): Promise<Built> {
  const { folder, name, platform, goal, output, env = process.env, onLine } = build;
  const folders = buildFolders(output, platform, goal, name);
  await mkdir(output, { recursive: true });
  if (!(await onPath("mcconfig", env))) refuse("mcconfig-missing", {});
  const typescript = (await findTypeScript(env)) ?? refuse("typescript-missing", {});
  const PATH = [dirname(typescript.path), env.PATH].join(delimiter);
  const isComplete = await hasVendorSdk(platform, env);
  const standIns = isComplete ? undefined : await makeStandIns(platform, output);
  const run = async (command: string, args: readonly string[]) => {
    const { ok, last } = await runLines(command, args, {
      cwd: output, // the application's folder has a folder "build", which make would take for its goal
      env: { ...env, PATH, ...standIns?.environment },
      ...(onLine && { onLine }),
    });
    if (!ok) refuse("build-failed", { board: platform.board, tool: command, output: last });
  };
  const options = goal === "debug" ? ["-d"] : [];
  await run("mcconfig", [...options, "-p", platform.platform, "-o", output, join(folder, "manifest.json")]);
  const goals = standIns
    ? [...standIns.variables, ...LINKED.map((file) => join(folders.temporary, file))]
    : ["build"];
  await run("make", ["-f", join(folders.temporary, "makefile"), ...goals]);
  return { folders, isComplete };
}

/** What there is to link without the vendor's SDK: all modules with XS' linker, and the resources. */
export const LINKED = ["mc.xs.c", "mc.resources.c"];

async function hasVendorSdk({ vendor }: Platform, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (!vendor) return true;
  const path = env[vendor.variable];
  return path !== undefined && path !== "" && (await stat(path).catch(() => undefined)) !== undefined;
}

interface StandIns {
  readonly environment: NodeJS.ProcessEnv;
  /** For make, where they override the makefile's. */
  readonly variables: readonly string[];
}

/** The makefiles look for the vendor's SDK before anything else. An empty one will do as far as modules are concerned. */
async function makeStandIns({ family }: Platform, output: string): Promise<StandIns> {
  const folder = join(output, "no-sdk");
  const header = join(folder, "sdkconfig.h");
  await mkdir(folder, { recursive: true });
  await writeFile(header, "");
  if (family === "esp")
    return {
      environment: { ESP_BASE: folder },
      variables: ["ARDUINO_ROOT", "ESPRESSIF_SDK_ROOT", "TOOLS_ROOT"].map((name) => `${name}=${folder}`),
    };
  return {
    environment: { IDF_PATH: folder },
    variables: ["IDF_VERSION=none", `SDKCONFIG_H=${header}`],
  };
}
