/** Programs of the system: whether they are there, and how they get there. */
import { existsSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { refuse } from "../codegen/problems/problem.js";
import type { Job } from "./engine.js";
import { runTool } from "./xs/tool.js";

/** Something that a Debian package brings: a program on the PATH, or a file by its absolute path. */
export interface Tool {
  readonly path: string;
  readonly debian: string;
}

export interface RequireOptions {
  /** What they are for, as a message says it, e.g. `engine qemu-rv32`. */
  readonly needed: string;
  /** Whether to install what is missing. If not given: as XSNN_INSTALL=1 or CI=true say. */
  readonly install?: boolean;
  readonly onProgress?: Job["onProgress"];
}

/**
 * Returns once all of `tools` are there. Installs their Debian packages when it is asked to and can: as root, or through
 * a sudo that takes no password.
 *
 * @throws Refusal `tools-missing` with the line to type, or `tools-install` with apt's last words
 */
export async function requireTools(tools: readonly Tool[], options: RequireOptions): Promise<void> {
  const { needed, install = wantsInstall() } = options;
  const missing = await missingOf(tools);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((tool) => tool.debian))];
  const names = missing.map((tool) => tool.path);
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (!install || (sudo.length > 0 && !(await runTool("sudo", ["-n", "true"])).ok))
    refuse("tools-missing", { tools: names, needed, packages });
  const total = packages.length + 1;
  options.onProgress?.({ what: "installing tools", done: 0, total });
  const apt = async (...args: readonly string[]) => {
    const environment = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"];
    const [command, ...rest] = [...sudo, ...environment, ...args];
    return runTool(command, rest);
  };
  await apt("update"); // lists that are old may still do
  options.onProgress?.({ what: "installing tools", done: 1, total });
  const { ok, stderr, stdout } = await apt("install", "--no-install-recommends", ...packages);
  if (!ok || (await missingOf(tools)).length > 0)
    refuse("tools-install", { packages, output: (stderr || stdout).trim().split("\n").slice(-3).join("; ") });
  options.onProgress?.({ what: "installing tools", done: total, total });
}

function wantsInstall(): boolean {
  const { XSNN_INSTALL, CI } = process.env;
  return XSNN_INSTALL ? XSNN_INSTALL === "1" : CI === "true" || CI === "1";
}

async function missingOf(tools: readonly Tool[]): Promise<Tool[]> {
  const there = await Promise.all(tools.map(({ path }) => isThere(path)));
  return tools.filter((_, i) => !there[i]);
}

async function isThere(path: string): Promise<boolean> {
  if (path.startsWith("/")) return existsSync(path);
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const runs = await access(join(folder, path), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return true;
  }
  return false;
}
