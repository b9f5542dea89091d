/** Archives by `mcrun` of the Moddable SDK, where it is on the PATH. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Artifact } from "../../codegen/emit/artifact.js";
import { refuse } from "../../codegen/problems/problem.js";
import { put } from "../staging.js";
import { runTool } from "../xs/tool.js";

/** Lines of `mcrun`'s output that a message has at most. */
const MOST_LINES = 6;

/**
 * Builds a mod's archive; nothing is installed.
 *
 * @param files of the mod, its manifest.json among them
 * @param platform as `mcrun -p` takes it
 * @returns the .xsa file, or nothing where there is no `mcrun`
 * @throws Refusal `mcrun-failed`
 */
export async function buildArchive(
  files: Artifact,
  module: string,
  platform: string,
): Promise<Uint8Array | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "xsnn-mod-"));
  try {
    const source = join(folder, module); // Moddable calls a mod after its folder
    for (const [path, bytes] of files) await put(source, path, bytes);
    const options = ["-m", "-p", platform, "-t", "build", "-noCheckModule", "-o", folder];
    const { ok, missing, stdout, stderr } = await runTool("mcrun", [...options, "manifest.json"], source);
    if (missing) return undefined;
    const output = `${stdout}\n${stderr}`;
    const built = /^# Target built: (.+\.xsa)$/m.exec(output)?.[1];
    if (!ok || !built) return refuse("mcrun-failed", { platform, output: lastLines(output, folder) });
    return await readFile(built);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lastLines(output: string, folder: string): string {
  const lines = output.replaceAll(`${folder}/`, "").split("\n").filter(Boolean);
  return lines.slice(-MOST_LINES).join("\n") || "it printed nothing";
}
