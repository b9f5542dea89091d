/** Compiles the host of `host/` with XS, once: the program is kept in the cache under a hash of all that went into it. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { refuse } from "../../codegen/problems/problem.js";
import type { Job } from "../engine.js";
import { projectPath } from "../project.js";
import { cached, cacheFolder } from "./cache.js";
import { xsIntegrity, xsSources } from "./sources.js";
import { runTool } from "./tool.js";

/** As a Moddable build for a board has it: no debugger, CESU-8 strings; the parser is for modules at load. */
const flags = [
  "-O2",
  "-std=gnu11",
  "-w",
  "-DINCLUDE_XSPLATFORM",
  '-DXSPLATFORM="platform.h"',
  "-DmxRun=1",
  "-DmxParse=1",
  "-DmxCESU8=1",
  "-DmxBoundsCheck=1", // without it an overflow of the stack goes unseen
];

/** The host has its own way to find out where an error happened (host/places.c). */
const linkFlags = ["-Wl,--wrap=fxCaptureErrorStack", "-lm"];

/** Parts of XS that need what the host does not have. */
const unused = new Set(["xsSnapshot.c", "xsLockdown.c"]);

/**
 * The path of the program, built if need be.
 *
 * @throws Refusal `tool-missing`, `xs-build`, `cache-folder` or one of `xsSources`
 */
export async function xsHost(onProgress: Job["onProgress"]): Promise<string> {
  const cc = process.env.CC || "cc";
  const hostFolder = projectPath("boards", "xs", "host");
  const target = join(await cacheFolder(), `xs-host-${await buildKey(cc, hostFolder)}`);
  if (existsSync(target)) return target;
  const xs = await xsSources(onProgress);
  const files = [...(await cFiles(join(xs, "sources"))), ...(await cFiles(hostFolder))];
  const includes = [hostFolder, ...["includes", "platforms", "sources"].map((name) => join(xs, name))];
  await cached(target, async (folder) => {
    const report = (done: number) => onProgress?.({ what: "building XS", done, total: files.length + 1 });
    const program = join(folder, "xsnn-xs");
    const objects = files.map((file) => join(folder, `${basename(file, ".c")}.o`));
    const args = [...flags, ...includes.map((include) => `-I${include}`)];
    let done = 0;
    report(done);
    await inParallel(files, async (file, i) => {
      await compile(cc, [...args, "-c", file, "-o", objects[i]], basename(file));
      report(++done);
    });
    await compile(cc, [...objects, ...linkFlags, "-o", program], "the link");
    report(++done);
    return program;
  });
  return target;
}

async function buildKey(cc: string, hostFolder: string): Promise<string> {
  const version = await runTool(cc, ["--version"]);
  if (version.missing) {
    refuse("tool-missing", {
      tool: `the C compiler ${cc}`,
      needed: "engine xs",
      install: "install one, e.g. `sudo apt install gcc libc6-dev`, or name it in the CC variable",
    });
  }
  const hash = createHash("sha256").update(
    JSON.stringify([xsIntegrity, flags, linkFlags, version.stdout, process.arch]),
  );
  for (const name of (await readdir(hostFolder)).sort())
    hash.update(name).update(await readFile(join(hostFolder, name)));
  return hash.digest("hex").slice(0, 16);
}

async function cFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".c") && !unused.has(name));
  return names.map((name) => join(folder, name));
}

async function compile(cc: string, args: readonly string[], file: string): Promise<void> {
  const { ok, stderr } = await runTool(cc, args);
  if (!ok) refuse("xs-build", { file, output: stderr.trim().split("\n").slice(0, 5).join("\n") });
}

/** Calls `work` for each item, as many at once as there are processors; stops at the first failure. */
async function inParallel<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      await work(items[index], index).catch((error) => {
        next = items.length;
        throw error;
      });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: availableParallelism() }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
