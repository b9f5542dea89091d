import type { WordsOf } from "./problem.js";

/** What can be wrong with float models. */
export interface FloatProblems {
  "model-not-quantized": Record<never, never>;
  "operator-not-float": Record<never, never>;
}

export const floatWords: WordsOf<FloatProblems> = {
  "model-not-quantized": () => ({
    what: "it computes in float32, as the model does; only quantized models are compiled",
    todo: "quantize the model first, with `xsnn quantize`",
  }),
  "operator-not-float": () => ({
    what: "it does not run in float32",
    todo: "float models are made of operators that compute or move float32 values",
  }),
};
