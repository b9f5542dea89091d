import type { Operator } from "./operator.js";

export interface SplitVAttributes {
  readonly count: number;
}

export const splitV: Operator<SplitVAttributes> = {
  kind: "SPLIT_V",
  inputs: [3, 3],
  outputs: [1, Number.POSITIVE_INFINITY],
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
