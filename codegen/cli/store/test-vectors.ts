/** The vectors that travel with an update: inputs, and what the model computes of them here. */

import { refuse } from "../../problems/problem.js";
import type { TestVector } from "../../store/pack.js";
import type { Cli } from "../cli.js";
import { randomVectors } from "../inputs/random.js";
import { readInputs } from "../inputs/read-inputs.js";
import { edges } from "../inputs/tensor.js";
import { withProgress } from "../progress.js";
import type { Target } from "../target.js";

/** Where no inputs are given: two, the same each time. */
const RANDOM = { count: 2, steps: 1, seed: 1 };

/** @param paths of inputs, if any were given */
export async function testVectors(
  cli: Cli,
  { artifact, report }: Target,
  paths?: readonly string[],
): Promise<TestVector[]> {
  const inputs = edges(report, report.inputs);
  const vectors = paths ? await readInputs(paths, inputs) : randomVectors(inputs, RANDOM);
  for (const { name, steps } of vectors)
    if (steps.length !== vectors[0].steps.length)
      refuse("vectors-differ", {
        path: vectors[0].name,
        steps: vectors[0].steps.length,
        name,
        found: steps.length,
      });
  const engine = await cli.engine("node");
  const { vectors: found } = await withProgress(cli.io, (onProgress) =>
    engine.run({ artifact, module: report.module, vectors: vectors.map(({ steps }) => steps), onProgress }),
  );
  return vectors.map(({ steps }, i) => ({ inputs: steps, outputs: found[i].outputs }));
}
