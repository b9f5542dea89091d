import { type Operator, tensor, variable } from "./operator.js";
import { checkValue, copyValue, type VariableAttributes, variableOf } from "./support/state.js";

/** A copy: what was read stays what it was when the variable is assigned. */
export const readVariable: Operator<VariableAttributes> = {
  kind: "READ_VARIABLE",
  inputs: [1, 1],
  outputs: [1, 1],
  types: "any",
  restrictions: "",
  checked: "golden models",
  check: (node) => checkValue(node, node.output()),
  infer: (node) => [variableOf(node).shape],
  lower: (node) => copyValue(node.output(), variable(node.attributes.variable), tensor(node.outputId())),
};
