import type { Activation } from "../arithmetic/activation.js";
import type { Operator } from "./operator.js";

export interface MulAttributes {
  readonly activation: Activation;
}

export const mul: Operator<MulAttributes> = {
  kind: "MUL",
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
