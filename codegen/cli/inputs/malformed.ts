import { refuse } from "../../problems/problem.js";

/** How much is repeated of what a library says: it can quote the file. */
const MAX_TEXT = 200;

/** Makes what refuses a file that is not what its extension says, for a reason of ours or an error of a library. */
export function malformedAs(format: string, path: string): (why: unknown) => never {
  return (why) => {
    const text = why instanceof Error ? why.message : `${why}`;
    return refuse("input-malformed", { path, format, why: text.slice(0, MAX_TEXT) });
  };
}
