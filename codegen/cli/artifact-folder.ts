/** Artifacts on disk: written as a whole or not at all, and read back. */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Artifact } from "../emit/artifact.js";
import type { Report } from "../emit/report.js";
import { refuse } from "../problems/problem.js";
import { isFolder, readBounded, rethrow } from "./files.js";
import { parsePlan } from "./plan-file.js";

/** Files that every artifact has; the others are the model's module and the runtime. */
const COMMON = ["weights.bin", "manifest.json", "package.json", "moddable.js", "plan.json"];

/** Parts of the runtime that one model needs are a few dozen files; a folder with many more is something else. */
const MAX_FILES = 500;

/**
 * Writes an artifact. It is complete in a temporary folder beside `folder` before it takes its place.
 *
 * @throws Refusal where `folder` exists and holds anything that is not an artifact's
 */
export async function writeArtifact(folder: string, artifact: Artifact): Promise<void> {
  const target = resolve(folder);
  const replaces = await requireOurs(folder);
  const temporary = `${target}.${process.pid}.tmp`;
  const old = `${target}.${process.pid}.old`;
  try {
    for (const [path, bytes] of artifact) {
      await mkdir(dirname(join(temporary, path)), { recursive: true });
      await writeFile(join(temporary, path), bytes);
    }
    if (replaces) await rename(target, old);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    if (replaces && !(await isFolder(target))) await rename(old, target);
    rethrow("file-not-writable", folder, error);
  }
  await rm(old, { recursive: true, force: true });
}

/** Whether there is a folder to replace; one with other things in it than an artifact's is refused. */
async function requireOurs(folder: string): Promise<boolean> {
  let paths: string[];
  try {
    paths = await filesOf(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    return rethrow("file-not-writable", folder, error);
  }
  if (paths.length === 0) return true;
  const module = paths.includes("plan.json") && moduleOf(await readBounded(join(folder, "plan.json")));
  const foreign = paths.find((path) => !module || !isArtifactPath(path, module));
  if (foreign !== undefined) return refuse("folder-not-ours", { path: folder, found: foreign });
  return true;
}

/** The module that a plan of any version names; undefined for what is no plan of ours. */
function moduleOf(bytes: Uint8Array): string | undefined {
  try {
    const { version, module, sections } = JSON.parse(new TextDecoder().decode(bytes)) ?? {};
    const isOurs = typeof version === "number" && typeof module === "string" && Array.isArray(sections);
    return isOurs ? module : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads an artifact.
 *
 * @throws Refusal where `folder` holds none, or one of another version
 */
export async function readArtifact(folder: string): Promise<{ artifact: Artifact; report: Report }> {
  const paths = await filesOf(folder).catch((error) => rethrow("file-not-readable", folder, error));
  if (!paths.includes("plan.json"))
    return refuse("folder-not-artifact", { path: folder, why: "it has no plan.json" });
  const report = parsePlan(await readBounded(join(folder, "plan.json")), folder);
  const ours = paths.filter((path) => isArtifactPath(path, report.module));
  for (const needed of [...COMMON, `${report.module}.js`])
    if (!ours.includes(needed))
      return refuse("folder-not-artifact", { path: folder, why: `it has no ${needed}` });
  const artifact = new Map<string, Uint8Array>();
  for (const path of ours) artifact.set(path, await readBounded(join(folder, path)));
  return { artifact, report };
}

/** Paths of everything but folders, relative to `folder`, with forward slashes. */
async function filesOf(folder: string): Promise<string[]> {
  const paths: string[] = [];
  const pending = [""];
  for (const inside of pending)
    for (const entry of await readdir(join(folder, inside), { withFileTypes: true })) {
      const path = inside + entry.name;
      if (paths.length + pending.length > MAX_FILES)
        return refuse("folder-not-artifact", { path: folder, why: `it has more than ${MAX_FILES} files` });
      if (entry.isDirectory()) pending.push(`${path}/`);
      else paths.push(path);
    }
  return paths.sort();
}

function isArtifactPath(path: string, module: string): boolean {
  return (
    COMMON.includes(path) ||
    path === "host-manifest.json" ||
    path === `${module}.xsa` ||
    [".ts", ".js", ".d.ts"].some((extension) => path === `${module}${extension}`) ||
    (path.startsWith(`${module}/`) && /^\w+\.(ts|js)$/.test(path.slice(module.length + 1))) ||
    /^xsnn\/((moddable|training)\/)?[\w-]+(\.d)?\.(ts|js)$/.test(path)
  );
}
