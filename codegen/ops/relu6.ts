import type { NoAttributes, Operator } from "./operator.js";

export const relu6: Operator<NoAttributes> = {
  kind: "RELU6",
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
