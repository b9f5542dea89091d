/** The folder of a split, written as a whole or not at all. */
import { join } from "node:path";
import type { Artifact } from "../../emit/artifact.js";
import { refuse } from "../../problems/problem.js";
import { pathsIn, writeWhole } from "../artifact-folder.js";
import { readBounded } from "../files.js";

/** @throws Refusal where `folder` exists and holds anything that is not a split's */
export async function writeSplit(folder: string, files: Artifact): Promise<void> {
  const paths = await pathsIn(folder);
  const foreign = paths && (await foreignIn(folder, paths));
  if (foreign !== undefined) refuse("split-folder-not-ours", { path: folder, found: foreign });
  await writeWhole(folder, files, paths !== undefined);
}

async function foreignIn(folder: string, paths: readonly string[]): Promise<string | undefined> {
  const isOurs = paths.includes("split.json") && (await isSplit(join(folder, "split.json")));
  return paths.find((path) => !isOurs || (path !== "split.json" && !/^stage\d+\//.test(path)));
}

async function isSplit(path: string): Promise<boolean> {
  try {
    const { version, hash, stages } = JSON.parse(new TextDecoder().decode(await readBounded(path))) ?? {};
    return typeof version === "number" && typeof hash === "string" && Array.isArray(stages);
  } catch {
    return false;
  }
}
