import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** What can be wrong with a benchmark. */
export interface BenchProblems {
  "bench-no-models": Record<never, never>;
  "bench-not-counted": { engine: string };
  "baseline-malformed": { path: string; why: string };
  "reference-malformed": { path: string };
  "bench-variant-unknown": { model: string; known: readonly string[] };
  "bench-no-vectors": { model: string };
  "bench-no-section": { path: string; begin: string; end: string };
  "bench-wrong-output": { model: string; engine: string; vector: number };
  "formats-unknown": { what: "model" | "format" | "row"; name: string; known: readonly string[] };
}

export const benchWords: WordsOf<BenchProblems> = {
  "bench-no-models": () => ({
    what: "nothing to measure: none of the default models is here",
    todo: "give models: .tflite files, or folders that `xsnn compile` wrote",
  }),
  "bench-not-counted": ({ engine }) => ({
    what: `a profile needs the instructions of each layer, and engine ${quote(engine)} counts none`,
    todo: "choose a board that is emulated: `xsnn boards` lists them",
  }),
  "baseline-malformed": ({ path, why }) => ({
    what: `${path} is no baseline: ${why}`,
    todo: "write it again with `xsnn bench --update`",
  }),
  "reference-malformed": ({ path }) => ({
    what: `${path} does not hold TFLM's counts`,
    todo: "it is an object with `tflm_instructions` for each model; without the file the column stays empty",
  }),
  "bench-variant-unknown": ({ model, known }) => ({
    what: `there is no variant ${quote(model)}`,
    todo: `variants are ${known.join(", ")}, as in MODEL:${known[0]}`,
  }),
  "bench-no-vectors": ({ model }) => ({
    what: `nobody knows what ${quote(model)} computes of what inputs`,
    todo: "give public models that lie in ../shared/golden, by name, or leave out --table",
  }),
  "bench-no-section": ({ path, begin, end }) => ({
    what: `${path} has no lines ${begin} and ${end} after it, between which the table would go`,
    todo: "add them",
  }),
  "bench-wrong-output": ({ model, engine, vector }) => ({
    what: `${quote(model)} gives another output for sample ${vector} on engine ${quote(engine)} than on Node`,
    todo: "this is a defect of a kernel: report it with the model",
  }),
  "formats-unknown": ({ what, name, known }) => ({
    what: `there is no ${what} ${quote(name)} in this table`,
    todo: `those that it can have are ${known.join(", ")}`,
  }),
};
