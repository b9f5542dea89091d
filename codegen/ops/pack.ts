import type { Operator } from "./operator.js";

export interface PackAttributes {
  readonly axis: number;
  readonly count: number;
}

export const pack: Operator<PackAttributes> = {
  kind: "PACK",
  inputs: [1, Number.POSITIVE_INFINITY],
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
