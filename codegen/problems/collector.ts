import { type Place, type Problem, Refusal, refuseAny } from "./problem.js";

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
}

/**
 * What `attempt` makes of each item.
 *
 * @throws Refusal with the problems of all items
 */
export function tryEach<T, Result>(
  items: readonly T[],
  attempt: (item: T, index: number) => Result,
): Result[] {
  const collector = new Collector();
  const results = items.map((item, index) => collector.try(() => attempt(item, index)));
  refuseAny(collector.problems);
  return results as Result[]; // an attempt without a result left a problem
}

/** What `attempt` returns. Problems that it refuses for are at `place`, unless they have places of their own. */
export function tryAt<Result>(place: Place, attempt: () => Result): Result {
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.problems.map((it) => ({ ...it, place: { ...place, ...it.place } })));
  }
}
