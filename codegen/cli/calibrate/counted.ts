import type { Counters, Engine, Job } from "../../../boards/engine.js";
import { refuse } from "../../problems/problem.js";

/** What engines of which constants can be measured report. */
export type Counted = Required<Pick<Counters, "layers" | "heap" | "instructions" | "inCollections">>;

/**
 * Runs a job.
 *
 * @throws Refusal `engine-uncounted`
 */
export async function runCounted(engine: Engine, job: Job): Promise<Counted> {
  const { layers, heap, instructions, inCollections } = (await engine.run(job)).counters;
  if (!layers || !heap || instructions === undefined || inCollections === undefined)
    return refuse("engine-uncounted", { engine: engine.name });
  return { layers, heap, instructions, inCollections };
}
