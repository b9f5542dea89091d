import type { WordsOf } from "./problem.js";

/** What can be wrong with clustering the weights of a model. */
export interface ClusteringProblems {
  "cluster-bits": { bits: number };
  "cluster-too-many": { values: number; weights: number };
  "cluster-all-zero": Record<never, never>;
  "cluster-nothing": { values: number };
}

export const clusteringWords: WordsOf<ClusteringProblems> = {
  "cluster-bits": ({ bits }) => ({
    what: `weights cannot be clustered to ${bits} bits`,
    todo: "give a whole number from 2 to 8: weights then share at most 2^bits values",
  }),
  "cluster-too-many": ({ values, weights }) => ({
    what: `${values} values are to be shared where there are ${weights} weights`,
    todo: "take fewer bits, or leave the layer out; values of a whole layer are shared by more weights than those of a channel",
  }),
  "cluster-all-zero": () => ({
    what: "all of its weights are zero, so there is no value to share",
    todo: "leave the layer out",
  }),
  "cluster-nothing": ({ values }) => ({
    what: `no layer has as many as ${values} weights that are not all zero`,
    todo: "take fewer bits, or another model",
  }),
};
