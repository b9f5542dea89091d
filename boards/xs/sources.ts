/** The XS sources: those that the npm package @agoric/xsnap carries, fetched once, with no script of it run. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { extract } from "tar";
import { refuse } from "../../codegen/problems/problem.js";
import type { Job } from "../engine.js";
import { cached, cacheFolder } from "./cache.js";
import { runTool } from "./tool.js";

/** XS 13.3. */
export const xsPackage = "@agoric/xsnap@0.15.0";
export const xsIntegrity =
  "sha512-ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==";

/**
 * The folder of XS, with `includes`, `platforms` and `sources` in it.
 *
 * @throws Refusal `tool-missing`, `xs-fetch`, `xs-integrity` or `cache-folder`
 */
export async function xsSources(onProgress: Job["onProgress"]): Promise<string> {
  const target = join(await cacheFolder(), `xs-sources-${xsPackage.replace(/^.*@/, "")}`);
  if (existsSync(target)) return target;
  onProgress?.({ what: "fetching XS", done: 0, total: 1 });
  await cached(target, async (folder) => {
    const packed = await fetchPackage(folder);
    verify(await readFile(packed));
    const unpacked = join(folder, "unpacked");
    await mkdir(unpacked);
    await extract({
      file: packed,
      cwd: unpacked,
      strip: 3, // package/moddable/xs/
      filter: (path) => path.startsWith("package/moddable/xs/"),
    });
    return unpacked;
  });
  onProgress?.({ what: "fetching XS", done: 1, total: 1 });
  return target;
}

/** @returns the path of the package's archive */
async function fetchPackage(folder: string): Promise<string> {
  const args = ["pack", xsPackage, "--ignore-scripts", "--json", "--pack-destination", folder];
  const { ok, missing, stdout, stderr } = await runTool("npm", args, folder);
  if (missing) {
    refuse("tool-missing", {
      tool: "npm",
      needed: "fetching the XS sources",
      install: "install npm, which comes with Node",
    });
  }
  if (!ok) refuse("xs-fetch", { source: xsPackage, reason: lastErrors(stderr) });
  return join(
    folder,
    (JSON.parse(stdout) as [{ filename: string }])[0].filename.replace("@", "").replace("/", "-"),
  );
}

/** npm's own words, without its log file and other chatter. */
function lastErrors(stderr: string): string {
  const lines = stderr
    .split("\n")
    .filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log|debug-\d/.test(line))
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, "").trim());
  return lines.filter(Boolean).slice(0, 4).join("; ") || "npm gave no reason";
}

function verify(bytes: Uint8Array): void {
  const found = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  if (found !== xsIntegrity) refuse("xs-integrity", { source: xsPackage, expected: xsIntegrity, found });
}
