import type { WordsOf } from "./problem.js";

/** What can be wrong with a model file, before it is a graph. */
// biome-ignore lint/complexity/noBannedTypes: filled by the importers
export type ImportProblems = {};

export const importWords: WordsOf<ImportProblems> = {};
