import type { Operator } from "./operator.js";

export interface ReadVariableAttributes {
  /** Index in `Graph.variables`. */
  readonly variable: number;
}

export const readVariable: Operator<ReadVariableAttributes> = {
  kind: "READ_VARIABLE",
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
