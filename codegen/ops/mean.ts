import type { Operator } from "./operator.js";

export interface MeanAttributes {
  readonly keepDims: boolean;
}

export const mean: Operator<MeanAttributes> = {
  kind: "MEAN",
  inputs: [2, 2],
  outputs: [1, 1],
  types: "TODO",
  restrictions: "TODO",
  checked: "TODO",
  check: () => {
    throw new Error("not yet");
  },
  infer: () => {
    throw new Error("not yet");
  },
  lower: () => {
    throw new Error("not yet");
  },
};
