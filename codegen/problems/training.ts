import type { WordsOf } from "./problem.js";

/** What can be wrong with training a model. */
export interface TrainingProblems {
  "training-backend": Record<never, never>;
  "operator-not-trainable": Record<never, never>;
  "batch-not-one": { role: string; shape: readonly number[] };
  "inputs-constant": Record<never, never>;
  "too-large-to-train": { elements: number };
}

export const trainingWords: WordsOf<TrainingProblems> = {
  "training-backend": () => ({
    what: "TensorFlow.js cannot start its WebAssembly backend, on which models are trained",
    todo: "install @tensorflow/tfjs-backend-wasm again, on a Node that has WebAssembly",
  }),
  "operator-not-trainable": () => ({
    what: "no gradient flows through it, so the model cannot be trained",
    todo: "quantize or prune this model without training, or train it where it comes from",
  }),
  "batch-not-one": ({ role, shape }) => ({
    what: `${role} is [${shape.join(", ")}], and does not begin with a batch of 1`,
    todo: "models are trained on several samples at a time, which are that dimension: give the model a batch of 1",
  }),
  "inputs-constant": () => ({
    what: "all of its inputs are constants",
    todo: "compute it once and for all before training; `runFloatPasses` does",
  }),
  "too-large-to-train": ({ elements }) => ({
    what: `it moves ${elements} elements`,
    todo: "operators that move values are trained through up to 16777215 elements: make the tensors smaller",
  }),
};
