import type { Operator } from "./operator.js";

export interface SqueezeAttributes {
  /** Axes to drop, negative from the end; none given: every axis of size 1. */
  readonly axes: readonly number[];
}

export const squeeze: Operator<SqueezeAttributes> = {
  kind: "SQUEEZE",
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
