/** Runs one job in machines of several sizes. */
import { type Problem, Refusal, refuse } from "../codegen/problems/problem.js";
import type { Engine, HeapCounters, Job, Machine } from "./engine.js";

/** What an engine counted of a run, those figures present that `Trials` asks for. */
export interface Counted {
  readonly heap: HeapCounters;
  /** Instructions of garbage collections, as a part of all. */
  readonly collectionShare: number;
}

/** A run that completed, or why the machine was too small. */
export type Outcome = { readonly counted: Counted } | { readonly tooSmall: Problem };

/** The first vector of a job, in whatever machine; no machine is tried twice. */
export class Trials {
  private readonly outcomes = new Map<string, Outcome>();

  constructor(
    private readonly engine: Engine,
    private readonly job: Job,
  ) {}

  /** How many runs there were. */
  get count(): number {
    return this.outcomes.size;
  }

  /** @throws Refusal whatever goes wrong beside memory, and `engine-uncounted` */
  async run(machine: Machine): Promise<Outcome> {
    const { chunkBytes, slots, stackSlots, block } = machine;
    const key = `${chunkBytes} ${slots} ${stackSlots} ${block?.bytes}`;
    const known = this.outcomes.get(key);
    if (known) return known;
    const outcome = await this.runAnew(machine);
    this.outcomes.set(key, outcome);
    return outcome;
  }

  /** What is counted in a machine that is large enough. */
  async counted(machine: Machine): Promise<Counted> {
    const outcome = await this.run(machine);
    if ("counted" in outcome) return outcome.counted;
    throw new Refusal([outcome.tooSmall]);
  }

  async completes(machine: Machine): Promise<boolean> {
    return "counted" in (await this.run(machine));
  }

  private async runAnew(machine: Machine): Promise<Outcome> {
    const { engine, job } = this;
    try {
      const { counters } = await engine.run({ ...job, vectors: job.vectors.slice(0, 1), machine });
      const { heap, instructions, inCollections } = counters;
      if (!heap || !instructions || inCollections === undefined)
        return refuse("engine-uncounted", { engine: engine.name });
      return { counted: { heap, collectionShare: inCollections / instructions } };
    } catch (error) {
      if (error instanceof Refusal && error.problems.every(isTooSmall))
        return { tooSmall: error.problems[0] };
      throw error;
    }
  }
}

function isTooSmall({ code }: Problem): boolean {
  return code === "machine-full" || code === "machine-stack";
}
