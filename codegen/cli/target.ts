import { type Compiled, compile } from "../compile.js";
import type { Artifact } from "../emit/artifact.js";
import { type Report, report } from "../emit/report.js";
import { readArtifact } from "./artifact-folder.js";
import { isFolder, readBounded } from "./files.js";
import { runtimeSources } from "./runtime-sources.js";

/** What commands run: an artifact and its plan. */
export interface Target {
  readonly artifact: Artifact;
  readonly report: Report;
}

/** Compiles the model in a file; nothing is written. */
export async function compileFile(path: string): Promise<Compiled> {
  return compile(await readBounded(path), path, await runtimeSources());
}

/** A model's file, compiled in memory, or the folder of an artifact. */
export async function openTarget(path: string): Promise<Target> {
  if (await isFolder(path)) return readArtifact(path);
  const { artifact, plan, module } = await compileFile(path);
  return { artifact, report: report(plan, module) };
}
