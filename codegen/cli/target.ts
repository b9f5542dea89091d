import { type Compiled, compile } from "../compile.js";
import type { Artifact } from "../emit/artifact.js";
import { type Report, report } from "../emit/report.js";
import type { PlanOptions } from "../plan/options.js";
import { refuse } from "../problems/problem.js";
import { readArtifact } from "./artifact-folder.js";
import { isFolder } from "./files.js";
import { readModel } from "./model-file.js";
import { runtimeSources } from "./runtime-sources.js";

/** What commands run: an artifact and its plan. */
export interface Target {
  readonly artifact: Artifact;
  readonly report: Report;
  /** Absent where the artifact was there before. */
  readonly compiled?: Compiled;
}

/** Compiles the model in a file; nothing is written. */
export async function compileFile(path: string, options: PlanOptions): Promise<Compiled> {
  const { bytes, companions } = await readModel(path);
  return compile(bytes, path, await runtimeSources(), options, companions);
}

/**
 * A model's file, compiled in memory, or the folder of an artifact.
 *
 * @throws Refusal `compiled-already` where a folder is to be optimized, trained, made updatable or hot
 */
export async function openTarget(path: string, options: PlanOptions = {}): Promise<Target> {
  if (await isFolder(path))
    return options.optimize || options.updatable || options.hot || options.train
      ? refuse("compiled-already", { path })
      : readArtifact(path);
  const compiled = await compileFile(path, options);
  const { artifact, plan, module } = compiled;
  return { artifact, report: report(plan, module), compiled };
}
