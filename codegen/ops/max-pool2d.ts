import type { Activation } from "../arithmetic/activation.js";
import type { Operator } from "./operator.js";
import type { Window } from "./support/window.js";

export interface MaxPool2dAttributes extends Window {
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly activation: Activation;
}

export const maxPool2d: Operator<MaxPool2dAttributes> = {
  kind: "MAX_POOL_2D",
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
