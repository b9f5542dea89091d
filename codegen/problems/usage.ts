import type { WordsOf } from "./problem.js";

/** What can be wrong with how a command was called: files, arguments, inputs, engines. */
export interface UsageProblems {
  "runtime-incomplete": { path: string };
  "file-not-readable": { path: string; reason: string };
}

export const usageWords: WordsOf<UsageProblems> = {
  "runtime-incomplete": ({ path }) => ({
    what: `the installation has no runtime/${path}`,
    todo: "install xsnn again",
  }),
  "file-not-readable": ({ path, reason }) => ({
    what: `cannot read ${path}: ${reason}`,
    todo: "check the path and its permissions",
  }),
};
