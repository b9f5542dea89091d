/** A model's file → its split. */
import type { Artifact } from "../../emit/artifact.js";
import { moduleName } from "../../emit/names.js";
import { report } from "../../emit/report.js";
import { requireQuantized } from "../../float/validate.js";
import type { Graph } from "../../graph/graph.js";
import { requireValid } from "../../graph/validate.js";
import { importModel } from "../../import/import-model.js";
import { fusePadding } from "../../passes/fuse-padding.js";
import { runPasses } from "../../passes/index.js";
import { plan as planOf } from "../../plan/plan.js";
import { Refusal } from "../../problems/problem.js";
import { splitArtifact } from "../../split/artifact.js";
import type { Objective } from "../../split/partition.js";
import { splitModel } from "../../split/split-model.js";
import { FIGURES, type SplitPlan } from "../../split/split-plan.js";
import { typicalOf } from "../../split/typical.js";
import { readInputs } from "../inputs/read-inputs.js";
import { edges } from "../inputs/tensor.js";
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

/**
 * @param inputs files of typical inputs; stages are balanced for those without zeros where there are none
 * @throws Refusal where the file is no model that can be compiled, an input cannot be read, or no split fits the boards
 */
export async function splitFile(
  path: string,
  chain: Chain,
  objective: Objective,
  inputs: readonly string[] = [],
): Promise<SplitFile> {
  const { bytes, companions } = await readModel(path);
  const imported = importModel(bytes, path, companions);
  requireQuantized(imported);
  const graph = fusePadding(runPasses(imported));
  requireValid(graph);
  const typical = typicalOf(await vectorsOf(graph, inputs));
  const plan = splitModel(graph, chain.boards, chain.links, objective, typical);
  const module = moduleName(path);
  const boards = chain.boards.map(({ name }) => name);
  const files = splitArtifact(plan, module, { boards, links: chain.links }, await runtimeSources());
  const alone = [...new Set(chain.boards)].flatMap((board) => {
    try {
      return [splitModel(graph, [board], [], objective, typical)];
    } catch (error) {
      if (error instanceof Refusal) return [];
      throw error;
    }
  });
  const [one] = alone.toSorted((a, b) => FIGURES[objective](a) - FIGURES[objective](b));
  return { module, plan, one, files };
}

/** The bytes of all inputs, for each inference of each file. */
async function vectorsOf(
  graph: Graph,
  paths: readonly string[],
): Promise<readonly (readonly Uint8Array[])[]> {
  if (paths.length === 0) return [];
  const found = report(planOf(graph, { forms: [] }), "model");
  return (await readInputs(paths, edges(found, found.inputs))).map(({ steps }) => steps);
}
