import type { Activation } from "../arithmetic/activation.js";
import type { Operator } from "./operator.js";
import type { Window } from "./support/window.js";

export interface DepthwiseConv2dAttributes extends Window {
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** Output channels an input channel. */
  readonly depthMultiplier: number;
  readonly activation: Activation;
}

export const depthwiseConv2d: Operator<DepthwiseConv2dAttributes> = {
  kind: "DEPTHWISE_CONV_2D",
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
