import { type Problem, Refusal } from "./problem.js";

/** Gathers the problems of several attempts, so that one refusal names them all. */
export class Collector {
  readonly problems: Problem[] = [];

  /** What `attempt` returns; undefined where it refuses. */
  try<T>(attempt: () => T): T | undefined {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      for (const problem of error.problems) this.problems.push(problem);
      return undefined;
    }
  }

  /** @throws Refusal with what was gathered, if there was anything */
  refuseAny(): void {
    if (this.problems.length > 0) throw new Refusal(this.problems);
  }
}
