import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** What can be wrong with a board: its name, its description, its memory. */
export interface BoardProblems {
  "board-unknown": { board: string; known: readonly string[] };
  "board-malformed": { path: string; why: string };
  "board-field": { path: string; field: string; found: string; expected: string };
  "board-is-host": { board: string };
  "partitions-too-small": { board: string; needed: number; application: number; mod: number; store: number };
  "board-too-small": { board: string; what: string; needed: number; available: number; unit: string };
}

export const boardWords: WordsOf<BoardProblems> = {
  "board-unknown": ({ board, known }) => ({
    what: `there is no board ${quote(board)}; there are ${known.join(", ")}`,
    todo: "name one of them, or give the path of a description of your own, a .json file",
  }),
  "board-malformed": ({ path, why }) => ({
    what: `${path} is no board description: ${why}`,
    todo: "see docs/boards.md for what a description holds",
  }),
  "board-field": ({ path, field, found, expected }) => ({
    what: `${path}: ${field} is ${found}, and must be ${expected}`,
    todo: "see docs/boards.md for what a description holds",
  }),
  "board-is-host": ({ board }) => ({
    what: `${board} is this computer, of which nothing is predicted`,
    todo: "name a board with a chip; `xsnn run` shows what the model does here",
  }),
  "partitions-too-small": ({ board, needed, application, mod, store }) => ({
    what: `the application needs ${needed} bytes of flash, and ${board} has ${application} for it beside ${mod} for mods and ${store} for the model store`,
    todo: "use a board with more flash or a smaller model; --optimize size makes models smaller",
  }),
  "board-too-small": ({ board, what, needed, available, unit }) => ({
    what: `the model needs ${needed} ${unit} of ${what} and ${board} has ${available}: ${needed - available} short`,
    todo: "`xsnn fit` shows which boards it fits on; a smaller input or narrower layers take less",
  }),
};
