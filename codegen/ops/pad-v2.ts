import type { NoAttributes, Operator } from "./operator.js";

export const padV2: Operator<NoAttributes> = {
  kind: "PADV2",
  inputs: [3, 3],
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
