/**
 * Compiles XS and a program around it, once for each target. Two entries of the cache, each under a hash of all that went
 * into it: XS' own objects, and the program. A change of the host's C code leaves the first.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { refuse } from "../../codegen/problems/problem.js";
import type { Job } from "../engine.js";
import { projectPath } from "../project.js";
import { requireTools } from "../require-tools.js";
import { cached, cacheFolder } from "./cache.js";
import { xsIntegrity, xsSources } from "./sources.js";
import type { Target } from "./targets.js";
import { runTool } from "./tool.js";

/** Parts of XS that need what the host does not have. */
const unused = new Set(["xsSnapshot.c", "xsLockdown.c"]);

/** Raised when what is done to XS' objects after they are compiled changes. */
const recipe = 1;

/**
 * The path of the target's program, built if need be.
 *
 * @throws Refusal `tool-missing`, `tools-missing`, `tools-install`, `xs-build`, `cache-folder` or one of `xsSources`
 */
export async function xsProgram(target: Target, onProgress: Job["onProgress"]): Promise<string> {
  await requireTools(target.tools, { needed: `XS for ${target.name}`, onProgress });
  const [own, headers] = await ownFiles(target);
  const objectsKey = hash(
    [recipe, xsIntegrity, target.flags, await ccVersion(target), process.arch],
    headers,
  );
  const programKey = hash([objectsKey, target.linkFlags], [...own, ...headers]);
  const cache = await cacheFolder();
  const program = join(cache, `xs-${target.name}-${programKey.slice(0, 16)}`);
  if (existsSync(program)) return program;
  const xs = await xsSources(onProgress);
  const build: Build = { target, xs, includes: await includes(target, xs), onProgress };
  const objects = join(cache, `xs-${target.name}-objects-${objectsKey.slice(0, 16)}`);
  await cached(objects, (folder) => compileXs(build, folder));
  await cached(program, (folder) => link(build, own, objects, folder));
  return program;
}

interface Build {
  readonly target: Target;
  readonly xs: string;
  readonly includes: readonly string[];
  readonly onProgress: Job["onProgress"];
}

interface File {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The C files of the target, and what XS' sources are compiled with too. */
async function ownFiles({ folder, machineFiles, name }: Target): Promise<[own: File[], headers: File[]]> {
  const read = async (path: string) => ({ path, bytes: await readFile(path) });
  const own = projectPath("boards", "xs", folder);
  const host = projectPath("boards", "xs", "host");
  const machines = join(host, "machines");
  const names = (await readdir(own)).filter((file) => /\.[ch]$/.test(file)).sort();
  const paths = [
    ...names.map((file) => join(own, file)),
    ...machineFiles.map((file) => join(machines, file)),
    ...(existsSync(join(machines, `${name}.ld`)) ? [join(machines, `${name}.ld`)] : []),
  ];
  return [
    await Promise.all(paths.map(read)),
    [await read(join(host, "platform.h")), await read(join(host, "instruction.h"))],
  ];
}

function hash(inputs: readonly unknown[], files: readonly File[]): string {
  const sum = createHash("sha256").update(JSON.stringify(inputs));
  for (const { path, bytes } of files) sum.update(basename(path)).update(bytes);
  return sum.digest("hex");
}

async function ccVersion({ cc, name }: Target): Promise<string> {
  const version = await runTool(cc, ["--version"]);
  if (version.missing) {
    refuse("tool-missing", {
      tool: `the C compiler ${cc}`,
      needed: `XS for ${name}`,
      install: "install one, e.g. `sudo apt install gcc libc6-dev`, or name it in the CC variable",
    });
  }
  return version.stdout;
}

async function includes({ flags }: Target, xs: string): Promise<string[]> {
  const folders = [
    projectPath("boards", "xs", "host"),
    ...["includes", "platforms", "sources"].map((name) => join(xs, name)),
  ];
  return [...flags, ...folders.map((folder) => `-I${folder}`)];
}

async function compileXs(build: Build, folder: string): Promise<string> {
  const { target, xs, onProgress } = build;
  const made = join(folder, "objects");
  await mkdir(made);
  const names = (await readdir(join(xs, "sources"))).filter((name) => name.endsWith(".c"));
  const wanted = names.filter((name) => (target.only ? target.only.has(name) : !unused.has(name)));
  let done = 0;
  const report = () => onProgress?.({ what: "building XS", done: done++, total: wanted.length + 1 });
  report();
  await inParallel(wanted, async (name) => {
    await compile(build, join(xs, "sources", name), object(made, name));
    report();
  });
  if (!target.only) await redirectCollections(target, object(made, "xsMemory.c"));
  return made;
}

/**
 * Every call of fxCollect, XS' own too, is to find the one in host/counts.c, and that one XS' as xsCollect: a second symbol
 * where the first is, which becomes weak.
 */
async function redirectCollections({ cc }: Target, memory: string): Promise<void> {
  const binutil = (name: string) => (cc.endsWith("-gcc") ? cc.replace(/gcc$/, name) : name);
  const symbols = await tool(binutil("nm"), [memory], "xsMemory.c");
  const [, offset] = /^(\w+) T fxCollect$/m.exec(symbols)!;
  const alias = `xsCollect=.text.fxCollect:0x${offset},function,global`;
  await tool(binutil("objcopy"), ["--weaken-symbol=fxCollect", "--add-symbol", alias, memory], "xsMemory.c");
}

async function link(build: Build, own: readonly File[], objects: string, folder: string): Promise<string> {
  const { target } = build;
  const sources = own.map(({ path }) => path).filter((path) => /\.[cS]$/.test(path));
  const script = own.find(({ path }) => path.endsWith(".ld"));
  await inParallel(sources, (path) => compile(build, path, object(folder, basename(path))));
  const program = join(folder, "program");
  const parts = [
    ...sources.map((path) => object(folder, basename(path))),
    ...(await readdir(objects)).sort().map((name) => join(objects, name)),
  ];
  const how = script ? [`-T${script.path}`] : [];
  await tool(
    target.cc,
    [...target.flags, ...how, ...parts, ...target.linkFlags, "-lm", "-o", program],
    "the link",
  );
  return program;
}

function object(folder: string, name: string): string {
  return join(folder, `${name.replace(/\.[cS]$/, (end) => (end === ".S" ? "-start" : ""))}.o`);
}

async function compile({ target, includes }: Build, file: string, output: string): Promise<void> {
  await tool(target.cc, [...includes, "-c", file, "-o", output], basename(file));
}

/** @returns what it prints */
async function tool(command: string, args: readonly string[], file: string): Promise<string> {
  const { ok, stdout, stderr } = await runTool(command, args);
  if (!ok) refuse("xs-build", { file, output: stderr.trim().split("\n").slice(0, 5).join("\n") });
  return stdout;
}

/** Calls `work` for each item, as many at once as there are processors; stops at the first failure. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      await work(items[next++]).catch((error) => {
        next = items.length;
        throw error;
      });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: availableParallelism() }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
