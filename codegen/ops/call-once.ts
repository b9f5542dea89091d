import type { NoAttributes, Operator } from "./operator.js";

/** Runs a subgraph once; what it assigns is part of the compiled model (micro/kernels/call_once.cc). */
export const callOnce: Operator<NoAttributes> = {
  kind: "CALL_ONCE",
  inputs: [0, 0],
  outputs: [0, 0],
  types: "",
  restrictions: "its subgraph assigns constants to variables: their initial values",
  checked: "golden models",
  check: () => {},
  infer: () => [],
  lower: () => ({ form: "nothing" }),
};
