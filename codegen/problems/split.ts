import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** What can be wrong with a split over several boards. */
export interface SplitProblems {
  "split-links": { boards: number; links: number };
  "split-too-large": {
    boards: readonly string[];
    /** The stage that was short of least. */
    board: string;
    first: string;
    last: string;
    what: string;
    needed: number;
    available: number;
  };
}

export const splitWords: WordsOf<SplitProblems> = {
  "split-links": ({ boards, links }) => ({
    what: `${boards} boards in a row have ${Math.max(0, boards - 1)} links between them, and ${links} are given`,
    todo: "give at least one board, and a link from each to the next",
  }),
  "split-too-large": ({ boards, board, first, last, what, needed, available }) => ({
    what:
      `no cut makes stages that fit on ${boards.join(", ")}: the closest, from ${quote(first)} to ${quote(last)}, needs ` +
      `${needed} bytes of ${what}, and ${board} has ${available}`,
    todo: "add a board, or one with more memory; a smaller input or narrower layers take less",
  }),
};
