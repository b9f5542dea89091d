import type { Operator } from "./operator.js";

export interface LeakyReluAttributes {
  readonly alpha: number;
}

export const leakyRelu: Operator<LeakyReluAttributes> = {
  kind: "LEAKY_RELU",
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
