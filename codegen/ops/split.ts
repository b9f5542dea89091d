import type { Operator } from "./operator.js";

export interface SplitAttributes {
  readonly count: number;
}

export const split: Operator<SplitAttributes> = {
  kind: "SPLIT",
  inputs: [2, 2],
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
