import type { NoAttributes, Operator } from "./operator.js";

export const callOnce: Operator<NoAttributes> = {
  kind: "CALL_ONCE",
  inputs: [0, 0],
  outputs: [0, 0],
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
