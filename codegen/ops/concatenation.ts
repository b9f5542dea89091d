import type { Activation } from "../arithmetic/activation.js";
import type { Operator } from "./operator.js";

export interface ConcatenationAttributes {
  readonly axis: number;
  readonly activation: Activation;
}

export const concatenation: Operator<ConcatenationAttributes> = {
  kind: "CONCATENATION",
  inputs: [1, Number.POSITIVE_INFINITY],
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
