import type { Operator } from "./operator.js";

export interface ReshapeAttributes {
  /** From the attributes; a second input overrides it. */
  readonly newShape: readonly number[] | null;
}

export const reshape: Operator<ReshapeAttributes> = {
  kind: "RESHAPE",
  inputs: [1, 2],
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
