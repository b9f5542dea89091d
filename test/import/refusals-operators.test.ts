/** Refusals of the importer: operators, and how they are wired. */
import { describe, expect, test } from "vitest";
import * as schema from "../../codegen/import/tflite/schema.js";
import { float32, int8, int32, text } from "./flat.js";
import { build, code, convModel, convOptions, operator, tensor } from "./raw-model.js";
import { type Case, expectRefused, problems, type Spoil, spoiled, wired } from "./spoil.js";

const operatorCases: Case[] = [
  [
    "a custom operator",
    "operator-custom",
    (_, { codes }) => {
      codes[0] = { ...code("CUSTOM"), [schema.OperatorCode.customCode]: text("Mine") };
    },
  ],
  [
    "an operator code of the future",
    "operator-unknown",
    (_, { codes }) => {
      codes[0][schema.OperatorCode.builtinCode] = int32(5000);
    },
  ],
  [
    "an operator that we lack",
    "operator-not-supported",
    (_, { codes }) => {
      codes[0] = code("WHILE");
    },
  ],
  [
    "a version newer than known",
    "operator-version",
    (_, { codes }) => {
      codes[0] = code("CONV_2D", 9);
    },
  ],
  ["options of another operator", "options-type", conv({}, schema.Pool2DOptions.type)],
  ["stride 0", "attribute-not-positive", conv({ [schema.Conv2DOptions.strideH]: int32(0) })],
  ["a negative stride", "attribute-not-positive", conv({ [schema.Conv2DOptions.strideW]: int32(-1) })],
  ["dilation 0", "attribute-not-positive", conv({ [schema.Conv2DOptions.dilationHFactor]: int32(0) })],
  [
    "no options where strides are needed",
    "attribute-not-positive",
    ({ operators }) => {
      operators[0] = operator(0, [0, 1, 2], [3]);
    },
  ],
  ["a padding that does not exist", "attribute-unknown", conv({ [schema.Conv2DOptions.padding]: int8(2) })],
  ["a fused TANH", "attribute-unknown", conv({ [schema.Conv2DOptions.fusedActivationFunction]: int8(4) })],
  [
    "a filter of size 0",
    "attribute-not-positive",
    ({ operators }, { codes }) => {
      const { Pool2DOptions: pool } = schema;
      codes[0] = code("MAX_POOL_2D");
      const one = int32(1);
      const options = {
        [pool.strideW]: one,
        [pool.strideH]: one,
        [pool.filterWidth]: one,
        [pool.filterHeight]: int32(0),
      };
      operators[0] = operator(0, [0], [3], [pool.type, options]);
    },
  ],
  [
    "an infinite slope",
    "attribute-unknown",
    ({ operators }, { codes }) => {
      codes[0] = code("LEAKY_RELU");
      const { LeakyReluOptions } = schema;
      const options = { [LeakyReluOptions.alpha]: float32(Number.POSITIVE_INFINITY) };
      operators[0] = operator(0, [0], [3], [LeakyReluOptions.type, options]);
    },
  ],
];

function conv(changes: Parameters<typeof convOptions>[0], optionsType?: number): Spoil {
  return ({ operators }) => {
    const [type, options] = convOptions(changes);
    operators[0] = operator(0, [0, 1, 2], [3], [optionsType ?? type, options]);
  };
}

const wiringCases: Case[] = [
  ["an input beyond the tensors", "tensor-index", wired([0, 1, 4], [3])],
  [
    "an output of −1",
    "tensor-index",
    ({ operators }) => operators.push(operator(0, [0, 1, 2], [-1], convOptions())),
  ],
  ["a model input beyond the tensors", "tensor-index", (main) => main.inputs.push(99)],
  ["a model output of −1", "tensor-index", (main) => main.outputs.push(-1)],
  ["a required input left out", "input-missing", wired([0, -1, 2], [3])],
  ["one input of two", "input-count", wired([0], [3])],
  ["four inputs of three", "input-count", wired([0, 1, 2, 2], [3])],
  [
    "no output of one",
    "output-count",
    ({ operators }) => operators.push(operator(0, [0, 1, 2], [], convOptions())),
  ],
  ["a tensor that is input and output", "input-is-output", wired([3, 1, 2], [3])],
  [
    "an operator that writes a constant",
    "constant-is-output",
    ({ operators }) => operators.push(operator(0, [0, 1], [2], convOptions())),
  ],
  [
    "an operator that writes a model input",
    "constant-is-output",
    ({ tensors, operators }) => {
      tensors.push(tensor("other", [1, 4, 4, 1]));
      operators.push(operator(0, [3, 1, 2], [0], convOptions()));
    },
  ],
  ["a tensor produced twice", "tensor-produced-twice", ({ operators }) => operators.push(operators[0])],
  [
    "a model output that nothing produces",
    "tensor-never-produced",
    ({ tensors, outputs }) => outputs.push(tensors.push(tensor("lost", [1])) - 1),
  ],
  ["a constant as model input", "input-is-constant", (main) => main.inputs.push(1)],
  ["a model input twice", "input-listed-twice", (main) => main.inputs.push(0)],
  [
    "no output",
    "no-outputs",
    (main) => {
      main.outputs = [];
    },
  ],
  [
    "operators that wait for each other",
    "graph-cycle",
    ({ tensors, operators, outputs }) => {
      const first = tensors.push(tensor("a", [1, 2, 2, 2]), tensor("b", [1, 2, 2, 2])) - 2;
      operators.push(operator(0, [first + 1, 1, 2], [first], convOptions()));
      operators.push(operator(0, [first, 1, 2], [first + 1], convOptions()));
      outputs.push(first);
    },
  ],
];

describe.each([
  ["operators", operatorCases],
  ["wiring", wiringCases],
])("%s", (_, cases) => {
  test.each(cases)("%s is refused", (_, code, spoil) => {
    expectRefused(spoiled(convModel(), spoil), code);
  });
});

test("a model without inputs is refused", () => {
  const model = convModel();
  model.subgraphs[0].inputs = [];
  expect(problems(build(model)).map((problem) => problem.code)).toContain("no-inputs");
});
