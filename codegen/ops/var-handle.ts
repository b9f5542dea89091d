import type { Operator } from "./operator.js";

export interface VarHandleAttributes {
  /** Index in `Graph.variables`. */
  readonly variable: number;
}

export const varHandle: Operator<VarHandleAttributes> = {
  kind: "VAR_HANDLE",
  inputs: [0, 0],
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
