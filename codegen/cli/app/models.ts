/** The models of an application, from files. */
import type { AppModel } from "../../app/app.js";
import type { ModelFlash } from "../../app/partitions.js";
import { selfTestVectors } from "../../app/vectors.js";
import { report } from "../../emit/report.js";
import type { Memory } from "../../plan/creation.js";
import type { PlanOptions } from "../../plan/options.js";
import { refuse } from "../../problems/problem.js";
import { randomVectors } from "../inputs/random.js";
import { readInputs } from "../inputs/read-inputs.js";
import { edges } from "../inputs/tensor.js";
import { readLabels } from "../results.js";
import { compileFile } from "../target.js";

/** What is tested where no samples are given. */
const RANDOM = { count: 3, steps: 1, seed: 1 };

export type CompiledModel = AppModel & ModelFlash & { readonly memory: Memory };

/** Samples and labels of a model, by path; none where they are not given. */
export interface ModelFiles {
  readonly model: string;
  readonly inputs?: readonly string[];
  readonly labels?: string;
}

/** Compiles a model and has the reference compute what must come of its samples. */
export async function appModel(files: ModelFiles, options: PlanOptions): Promise<CompiledModel> {
  const { module, artifact, graph, plan } = await compileFile(files.model, options);
  const found = report(plan, module);
  const inputs = edges(found, found.inputs);
  const samples = files.inputs ? await readInputs(files.inputs, inputs) : randomVectors(inputs, RANDOM);
  const [first] = edges(found, found.outputs);
  const vectors = selfTestVectors(
    graph,
    samples.flatMap(({ steps }) => steps),
  );
  return {
    module,
    artifact,
    labels: files.labels === undefined ? [] : await readLabels(files.labels, first),
    vectors,
    flashBytes: found.flashBytes,
    weightsBytes: found.weightsBytes,
    vectorsBytes: vectors.length,
    memory: found.memory,
  };
}

/** @throws Refusal `arguments` where two models have the same name */
export function requireDistinct(models: readonly AppModel[]): void {
  const modules = models.map(({ module }) => module);
  const twice = modules.find((module, i) => modules.indexOf(module) < i);
  if (twice !== undefined)
    refuse("arguments", {
      message: `two models are called ${twice}: their files must have different names`,
    });
}
