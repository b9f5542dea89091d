import type { WordsOf } from "./problem.js";

/** What can go wrong when the stages of a split run. */
export interface ChainProblems {
  "chain-failed": { why: string };
  "split-folder": { path: string; why: string };
}

export const chainWords: WordsOf<ChainProblems> = {
  "chain-failed": ({ why }) => ({
    what: `the chain of boards has ended: ${why}`,
    todo: "docs/links.md says what the reasons mean; split the model again where stages do not belong together",
  }),
  "split-folder": ({ path, why }) => ({
    what: `${path} is not a split model: ${why}`,
    todo: "give a folder that `xsnn split` wrote, with all of its stages",
  }),
};
