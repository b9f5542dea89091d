import type { Operator } from "./operator.js";
import type { VariableAttributes } from "./support/state.js";

/** The handle of a streaming variable; no byte of it exists at run time (micro/kernels/var_handle.cc). */
export const varHandle: Operator<VariableAttributes> = {
  kind: "VAR_HANDLE",
  inputs: [0, 0],
  outputs: [1, 1],
  types: "resource",
  restrictions: "the handle goes to READ_VARIABLE and ASSIGN_VARIABLE only",
  checked: "golden models",
  check: (node) => node.requireType(node.output(), "the handle", ["resource"]),
  infer: (node) => [node.output().shape], // TFLM looks at no handle's shape
  lower: () => ({ form: "nothing" }),
};
