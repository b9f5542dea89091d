import type { Operator } from "./operator.js";

export interface SoftmaxAttributes {
  readonly beta: number;
}

export const softmax: Operator<SoftmaxAttributes> = {
  kind: "SOFTMAX",
  inputs: [1, 1],
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
