/** Programs of the system: whether they are there, and how they get there. */
import { existsSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { refuse } from "../codegen/problems/problem.js";
import type { Job } from "./engine.js";
import { alone } from "./xs/cache.js";
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
  const root = process.getuid?.() === 0;
  if (!install || !(root || (await runTool("sudo", ["-n", "true"])).ok))
    refuse("tools-missing", {
      tools: missing.map(({ path }) => path),
      needed,
      packages: packagesOf(missing),
    });
  // Who waited for another to install them may find that nothing is missing any more.
  await alone("apt-get", async () =>
    installPackages(await missingOf(tools), root ? [] : ["sudo", "-n"], options),
  );
}

async function installPackages(
  missing: readonly Tool[],
  sudo: readonly string[],
  { onProgress }: RequireOptions,
): Promise<void> {
  if (missing.length === 0) return;
  const packages = packagesOf(missing);
  const report = (done: number) => onProgress?.({ what: "installing tools", done, total: 2 });
  const apt = (...args: readonly string[]) => {
    const environment = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"];
    const [command, ...rest] = [...sudo, ...environment, "-o", "DPkg::Lock::Timeout=600", ...args];
    return runTool(command, rest);
  };
  report(0);
  await apt("update"); // if that fails, the lists that are there may still do
  report(1);
  const { ok, stderr, stdout } = await apt("install", "--no-install-recommends", ...packages);
  if (!ok || (await missingOf(missing)).length > 0)
    refuse("tools-install", { packages, output: (stderr || stdout).trim().split("\n").slice(-3).join("; ") });
  report(2);
}

function packagesOf(tools: readonly Tool[]): string[] {
  return [...new Set(tools.map(({ debian }) => debian))];
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
