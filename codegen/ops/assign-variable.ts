import { type Operator, operand, variable } from "./operator.js";
import { checkValue, copyValue, type VariableAttributes } from "./support/state.js";

/** A copy into the variable, which the next run reads (micro/kernels/assign_variable.cc). */
export const assignVariable: Operator<VariableAttributes> = {
  kind: "ASSIGN_VARIABLE",
  inputs: [2, 2],
  outputs: [0, 0],
  types: "any",
  restrictions: "",
  checked: "golden models",
  check: (node) => checkValue(node, node.input(1)),
  infer: () => [],
  lower: (node) => copyValue(node.input(1), operand(node.inputId(1)), variable(node.attributes.variable)),
};
