import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** What can be wrong with pruning a model. */
export interface PruningProblems {
  "prune-amount": { amount: string };
  "prune-amount-too-large": { count: number; left: number; what: string };
  "prune-rank": { rank: number };
  "prune-dimension": { dim: number; rank: number };
  "prune-structured": Record<never, never>;
  "prune-norm": { n: number };
  "prune-pattern": { n: number; m: number };
  "mask-shape": { found: number; shape: readonly number[] };
  "mask-value": { index: number; value: number };
  "scores-shape": { found: number; shape: readonly number[] };
  "parameter-missing": { parameter: string };
  "layer-without-weights": { name: string };
  "channels-stay": Record<never, never>;
  "not-pruned": { parameter: string };
  "nothing-left": Record<never, never>;
  "prune-schedule": { why: string };
  "prune-form-unknown": Record<never, never>;
}

export const pruningWords: WordsOf<PruningProblems> = {
  "prune-amount": ({ amount }) => ({
    what: `${amount} is no amount to prune`,
    todo: "give a fraction from 0 to 1, or a count that is a whole number of at least 0",
  }),
  "prune-amount-too-large": ({ count, left, what }) => ({
    what: `${count} ${what} are to be pruned where ${left} are left`,
    todo: "amounts are of what is not pruned yet: prune fewer",
  }),
  "prune-rank": ({ rank }) => ({
    what: `the parameter has ${rank} dimensions, and channels of it cannot be pruned`,
    todo: "structured pruning is for parameters of at least 2 dimensions; prune single elements of this one",
  }),
  "prune-dimension": ({ dim, rank }) => ({
    what: `there is no dimension ${dim} among ${rank}`,
    todo: `dimensions are numbered from 0 to ${rank - 1}, or from -1 to ${-rank} backwards`,
  }),
  "prune-structured": () => ({
    what: "only unstructured methods prune several parameters as one",
    todo: "prune the parameters one by one, or take the identity, random or L1 method",
  }),
  "prune-norm": ({ n }) => ({
    what: `there is no L${n} norm`,
    todo: "n is a number, Infinity or -Infinity",
  }),
  "prune-pattern": ({ n, m }) => ({
    what: `${n}:${m} is no pattern`,
    todo: "N:M keeps N of M neighbours: whole numbers with 1 ≤ N ≤ M, such as 2:4",
  }),
  "mask-shape": ({ found, shape }) => ({
    what: `the mask has ${found} elements for a parameter of [${shape.join(", ")}]`,
    todo: "a mask has an element for each of the parameter's, in the same order",
  }),
  "mask-value": ({ index, value }) => ({
    what: `element ${index} of the mask is ${value}`,
    todo: "a mask holds 1 for what is kept and 0 for what is pruned",
  }),
  "scores-shape": ({ found, shape }) => ({
    what: `there are ${found} importance scores for a parameter of [${shape.join(", ")}]`,
    todo: "give a score for each element, in the same order",
  }),
  "parameter-missing": ({ parameter }) => ({
    what: `it has no constant ${parameter}`,
    todo: "name another parameter: weight or bias",
  }),
  "layer-without-weights": ({ name }) => ({
    what: `layer ${quote(name)} has no weights`,
    todo: "convolutions, depthwise, transposed and dense layers have some",
  }),
  "channels-stay": () => ({
    what: "none of its output channels can go: model outputs, or operators that mix channels, need all of them",
    todo: "prune single weights of this layer, or channels of another",
  }),
  "not-pruned": ({ parameter }) => ({
    what: `its ${parameter} is not pruned, so pruning cannot be made permanent`,
    todo: "prune it first; identity() leaves all of it and makes it count as pruned",
  }),
  "nothing-left": () => ({
    what: "all of its weights would be pruned, and the model would no longer depend on its input there",
    todo: "prune less, or leave the layer out",
  }),
  "prune-schedule": ({ why }) => ({
    what: `the schedule cannot be followed: ${why}`,
    todo: "sparsities are from 0 to below 1, steps are whole numbers, and the last step comes after the first",
  }),
  "prune-form-unknown": () => ({
    what: "which weights save a product is known of quantized models only",
    todo: "give --data to quantize a copy that is planned, or prune the quantized model",
  }),
};
