import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** What can be wrong with a split over several boards. */
export interface SplitProblems {
  "split-links": { boards: number; links: number };
  "link-unknown": { link: string };
  "chain-needed": object;
  "chain-malformed": { path: string; why: string };
  "chain-too-long": { boards: number; most: number };
  "split-folder-not-ours": { path: string; found: string };
  "lanes-edge": { tensors: readonly string[] };
  "split-train-cut": { name: string };
  "split-train-parts": { layers: readonly string[] };
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
  "chain-needed": () => ({
    what: "no boards are given",
    todo: "give --boards and --link, or --chain with a file",
  }),
  "chain-malformed": ({ path, why }) => ({
    what: `${path} is no chain of boards: ${why}`,
    todo: 'write { "boards": ["esp32-c3", "esp32-c3"], "links": ["uart:921600"] }',
  }),
  "chain-too-long": ({ boards, most }) => ({
    what: `${boards} boards are given, and ${most} are the most`,
    todo: "give fewer: more boards than large layers are of no use",
  }),
  "split-folder-not-ours": ({ path, found }) => ({
    what: `${path} has something that is no split's: ${quote(found)}`,
    todo: "give another folder with -o, or remove what is there",
  }),
  "link-unknown": ({ link }) => ({
    what: `${quote(link)} is no link`,
    todo: "give uart:BAUD, such as uart:921600, or udp or tcp, with the bits a second that come through if known: udp:2000000",
  }),
  "lanes-edge": ({ tensors }) => ({
    what: `${tensors.map(quote).join(", ")} lie as planes, and operators that read or make them are planned in no form that does`,
    todo: "give such tensors no lanes, or more flash and memory to the stage",
  }),
  "split-train-cut": ({ name }) => ({
    what: `${quote(name)} crosses a cut as planes, and its gradient is to come back`,
    todo: "give tensors that gradients flow through no lanes",
  }),
  "split-train-parts": ({ layers }) => ({
    what: `${layers.map(quote).join(", ")} would be in parts on several boards, and gradients flow through whole layers only`,
    todo: "train layers behind them, or give boards with more memory",
  }),
  "split-too-large": ({ boards, board, first, last, what, needed, available }) => ({
    what:
      `no cut makes stages that fit on ${boards.join(", ")}: the closest, from ${quote(first)} to ${quote(last)}, needs ` +
      `${needed} bytes of ${what}, and ${board} has ${available}`,
    todo: "add a board, or one with more memory; a smaller input or narrower layers take less",
  }),
};
