import type { Activation } from "../arithmetic/activation.js";
import type { Operator } from "./operator.js";

export interface FullyConnectedAttributes {
  readonly activation: Activation;
  readonly keepDims: boolean;
}

export const fullyConnected: Operator<FullyConnectedAttributes> = {
  kind: "FULLY_CONNECTED",
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
