import type { Activation } from "../arithmetic/activation.js";
import type { Operator } from "./operator.js";

export interface AddAttributes {
  readonly activation: Activation;
}

export const add: Operator<AddAttributes> = {
  kind: "ADD",
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
