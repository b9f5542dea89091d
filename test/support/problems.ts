import { type Problem, Refusal } from "../../codegen/problems/problem.js";

/** The problems that `attempt` returns or refuses with; every other exception is a failure. */
export function problemsOf(attempt: () => readonly Problem[]): Problem[] {
  try {
    return [...attempt()];
  } catch (error) {
    if (error instanceof Refusal) return [...error.problems];
    throw error;
  }
}

/** The codes of what `attempt` refuses with. */
export function refusalCodes(attempt: () => unknown): Problem["code"][] {
  return problemsOf(() => {
    attempt();
    return [];
  }).map(({ code }) => code);
}
