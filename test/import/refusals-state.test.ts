/** Refusals of the importer: streaming state. */
import { describe, test } from "vitest";
import * as schema from "../../codegen/import/tflite/schema.js";
import { int32, int32s } from "./flat.js";
import {
  ADD,
  ASSIGN_VARIABLE,
  callOnce,
  operator,
  READ_VARIABLE,
  statefulModel,
  tensor,
  varHandle,
} from "./raw-model.js";
import { type Case, expectRefused, spoiled } from "./spoil.js";

const stateCases: Case[] = [
  [
    "a handle that is no handle",
    "variable-handle",
    ({ operators }) => {
      operators[2] = operator(READ_VARIABLE, [0], [2]);
    },
  ],
  [
    "a variable of two shapes",
    "variable-differs",
    ({ tensors }) => {
      tensors[2][schema.Tensor.shape] = int32s([1, 1]);
    },
  ],
  [
    "a variable that is never assigned",
    "variable-unassigned",
    ({ tensors, operators }) => {
      const id = tensors.push({ ...tensors[1] }, tensor("other", [1, 2])) - 2;
      operators.push(varHandle(id, "other"), operator(READ_VARIABLE, [id], [id + 1]));
    },
  ],
  [
    "an operator of another kind in the first values",
    "init-operator",
    (_, { subgraphs }) => void subgraphs[1].operators.push(operator(ADD, [1, 1], [1])),
  ],
  [
    "a first value that is no constant",
    "init-value",
    (_, { subgraphs }) => {
      subgraphs[1].tensors[1][schema.Tensor.buffer] = int32(0);
    },
  ],
  [
    "CALL_ONCE after the variable is used",
    "init-late",
    ({ operators }) => operators.push(...operators.splice(0, 1)),
  ],
  [
    "CALL_ONCE of the main subgraph",
    "subgraph-index",
    ({ operators }) => {
      operators[0] = callOnce(0);
    },
  ],
  [
    "CALL_ONCE of no subgraph",
    "subgraph-index",
    ({ operators }) => {
      operators[0] = callOnce(2);
    },
  ],
  [
    "a newline in a variable's name",
    "name-unsafe",
    ({ operators }) => {
      operators[1] = varHandle(1, "a\rb");
    },
  ],
  [
    "an assigned tensor that does not exist",
    "tensor-index",
    ({ operators }) => {
      operators[4] = operator(ASSIGN_VARIABLE, [1, 99], []);
    },
  ],
];

describe("streaming state", () => {
  test.each(stateCases)("%s is refused", (_, code, spoil) => {
    expectRefused(spoiled(statefulModel(), spoil), code);
  });
});
