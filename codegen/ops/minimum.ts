import type { NoAttributes, Operator } from "./operator.js";

export const minimum: Operator<NoAttributes> = {
  kind: "MINIMUM",
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
