/** A model's file → its split. */
import type { Artifact } from "../../emit/artifact.js";
import { moduleName } from "../../emit/names.js";
import { requireQuantized } from "../../float/validate.js";
import { requireValid } from "../../graph/validate.js";
import { importModel } from "../../import/import-model.js";
import { fusePadding } from "../../passes/fuse-padding.js";
import { runPasses } from "../../passes/index.js";
import { Refusal } from "../../problems/problem.js";
import { splitArtifact } from "../../split/artifact.js";
import type { Objective } from "../../split/partition.js";
import { splitModel } from "../../split/split-model.js";
import { FIGURES, type SplitPlan } from "../../split/split-plan.js";
import { readModel } from "../model-file.js";
import { runtimeSources } from "../runtime-sources.js";
import type { Chain } from "./chain.js";

export interface SplitFile {
  readonly module: string;
  readonly plan: SplitPlan;
  /** The best that a single board of the row does; nothing where the model fits none. */
  readonly one: SplitPlan | undefined;
  readonly files: Artifact;
}

/** @throws Refusal where the file is no model that can be compiled, or no split fits the boards */
export async function splitFile(path: string, chain: Chain, objective: Objective): Promise<SplitFile> {
  const { bytes, companions } = await readModel(path);
  const imported = importModel(bytes, path, companions);
  requireQuantized(imported);
  const graph = fusePadding(runPasses(imported));
  requireValid(graph);
  const plan = splitModel(graph, chain.boards, chain.links, objective);
  const module = moduleName(path);
  const boards = chain.boards.map(({ name }) => name);
  const files = splitArtifact(plan, module, { boards, links: chain.links }, await runtimeSources());
  const alone = [...new Set(chain.boards)].flatMap((board) => {
    try {
      return [splitModel(graph, [board], [], objective)];
    } catch (error) {
      if (error instanceof Refusal) return [];
      throw error;
    }
  });
  const [one] = alone.toSorted((a, b) => FIGURES[objective](a) - FIGURES[objective](b));
  return { module, plan, one, files };
}
