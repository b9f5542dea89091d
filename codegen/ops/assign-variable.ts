import type { Operator } from "./operator.js";

export interface AssignVariableAttributes {
  /** Index in `Graph.variables`. */
  readonly variable: number;
}

export const assignVariable: Operator<AssignVariableAttributes> = {
  kind: "ASSIGN_VARIABLE",
  inputs: [2, 2],
  outputs: [0, 0],
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
