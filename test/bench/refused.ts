import { problemsOf } from "../support/problems.js";

/** The codes that a call is refused with; none where it goes well. */
export function refusedWith(call: () => unknown): string[] {
  const attempt = () => {
    call();
    return [];
  };
  return problemsOf(attempt).map(({ code }) => code);
}
