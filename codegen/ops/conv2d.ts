import type { Activation } from "../arithmetic/activation.js";
import type { Operator } from "./operator.js";
import type { Window } from "./support/window.js";

export interface Conv2dAttributes extends Window {
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly activation: Activation;
}

export const conv2d: Operator<Conv2dAttributes> = {
  kind: "CONV_2D",
  inputs: [2, 3],
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
