import type { Operator } from "./operator.js";

export interface UnpackAttributes {
  readonly axis: number;
  readonly count: number;
}

export const unpack: Operator<UnpackAttributes> = {
  kind: "UNPACK",
  inputs: [1, 1],
  outputs: [1, Number.POSITIVE_INFINITY],
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
