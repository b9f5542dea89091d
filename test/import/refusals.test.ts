/** Every refusal of the importer: a valid file, spoiled in one place. */
import { describe, expect, test } from "vitest";
import { validate } from "../../codegen/graph/validate.js";
import { importTflite } from "../../codegen/import/tflite/import-tflite.js";
import * as schema from "../../codegen/import/tflite/schema.js";
import { format } from "../../codegen/problems/format.js";
import type { Code, Problem } from "../../codegen/problems/problem.js";
import { problemsOf } from "../support/problems.js";
import { bytes, float32, int8, int32, int32s, int64, table, text } from "./flat.js";
import {
  ADD,
  ASSIGN_VARIABLE,
  build,
  callOnce,
  code,
  convModel,
  convOptions,
  operator,
  quantization,
  type RawModel,
  type RawSubgraph,
  READ_VARIABLE,
  statefulModel,
  tensor,
  type,
  varHandle,
} from "./raw-model.js";

type Spoil = (main: RawSubgraph, model: RawModel) => unknown;
type Case = [what: string, code: Code, spoil: Spoil];

const problems = (bytes: Uint8Array): Problem[] => problemsOf(() => validate(importTflite(bytes, "spoiled")));

function spoiled(model: RawModel, spoil: Spoil): Problem[] {
  spoil(model.subgraphs[0], model);
  return problems(build(model));
}

/** The one code is found, alone, and its words can be made. */
function expectRefused(found: readonly Problem[], code: Code): void {
  expect([...new Set(found.map((problem) => problem.code))]).toEqual([code]);
  for (const problem of found) expect(format(problem)).toContain(`[${code}]`);
}

test("the files that the others spoil are valid", () => {
  expect(problems(build(convModel()))).toEqual([]);
  expect(problems(build(statefulModel()))).toEqual([]);
});

const modelCases: Case[] = [
  [
    "another identifier",
    "file-identifier",
    (_, model) => {
      model.identifier = "TFL2";
    },
  ],
  [
    "schema version 2",
    "file-version",
    (_, { root }) => {
      root[schema.Model.version] = int32(2);
    },
  ],
  ["no schema version", "file-version", (_, { root }) => delete root[schema.Model.version]],
  ["no subgraph", "subgraph-missing", (_, { subgraphs }) => subgraphs.pop()],
  [
    "a second subgraph that nothing runs",
    "subgraph-unreachable",
    (main, { subgraphs }) => subgraphs.push(main),
  ],
  [
    "an operator code that does not exist",
    "operator-code-index",
    ({ operators }) => {
      operators[0] = operator(7, [0, 1, 2], [3], convOptions());
    },
  ],
  [
    "a buffer that does not exist",
    "buffer-index",
    ({ tensors }) => {
      tensors[1][schema.Tensor.buffer] = int32(9);
    },
  ],
  [
    "a newline in a name",
    "name-unsafe",
    ({ tensors }) => {
      tensors[0][schema.Tensor.name] = text("a\nb");
    },
  ],
  [
    "U+2028 in a name",
    "name-unsafe",
    ({ tensors }) => {
      tensors[0][schema.Tensor.name] = text("a\u2028b");
    },
  ],
  [
    "a right-to-left override in a name",
    "name-unsafe",
    ({ tensors }) => {
      tensors[0][schema.Tensor.name] = text("a\u202eb");
    },
  ],
  [
    "a name of 1001 characters",
    "name-too-long",
    ({ tensors }) => {
      tensors[0][schema.Tensor.name] = text("x".repeat(1001));
    },
  ],
  [
    "a name that is not UTF-8",
    "string-encoding",
    ({ tensors }) => {
      tensors[0][schema.Tensor.name] = bytes(Uint8Array.of(0xc3, 0x28));
    },
  ],
];

const tensorCases: Case[] = [
  [
    "float16",
    "tensor-type",
    ({ tensors }) => {
      tensors[0][schema.Tensor.type] = type("float16");
    },
  ],
  [
    "a type of the future",
    "tensor-type",
    ({ tensors }) => {
      tensors[0][schema.Tensor.type] = int8(99);
    },
  ],
  [
    "a sparse tensor",
    "tensor-sparse",
    ({ tensors }) => {
      tensors[1][schema.Tensor.sparsity] = table({});
    },
  ],
  [
    "data in another file",
    "tensor-external",
    ({ tensors }) => {
      tensors[1][schema.Tensor.externalBuffer] = int32(1);
    },
  ],
  [
    "a variable tensor",
    "tensor-is-variable",
    ({ tensors }) => {
      tensors[1][schema.Tensor.isVariable] = int8(1);
    },
  ],
  [
    "a custom quantization",
    "quantization-details",
    ({ tensors }) => {
      tensors[1][schema.Tensor.quantization] = table({
        [schema.QuantizationParameters.detailsType]: int8(1),
      });
    },
  ],
  [
    "data after the flatbuffer that ends beyond the file",
    "file-truncated",
    (_, { buffers }) => {
      buffers[1] = { [schema.Buffer.offset]: int64(100n), [schema.Buffer.size]: int64(1n << 40n) };
    },
  ],
  [
    "a buffer longer than shape × type",
    "data-length",
    (_, { buffers }) => {
      buffers[1] = buffers[2] = long();
    },
  ],
  [
    "a dimension of 0",
    "dimension",
    ({ tensors }) => {
      tensors[0][schema.Tensor.shape] = int32s([1, 0, 4, 1]);
    },
  ],
  [
    "a negative dimension",
    "dimension",
    ({ tensors }) => {
      tensors[0][schema.Tensor.shape] = int32s([-1, 4, 4, 1]);
    },
  ],
  [
    "dimensions whose product passes 2^53",
    "too-large",
    ({ tensors }) => {
      tensors[0][schema.Tensor.shape] = int32s([2 ** 30, 2 ** 30, 4, 1]);
    },
  ],
  [
    "nine dimensions",
    "too-many-dimensions",
    ({ tensors }) => {
      tensors[0][schema.Tensor.shape] = int32s(Array(9).fill(1));
    },
  ],
  [
    "tensors that take too much together",
    "all-too-large",
    ({ tensors }) => {
      for (let i = 0; i < 5; i++) tensors.push(tensor("unused", [2 ** 26]));
    },
  ],
];

const long = () => ({ [schema.Buffer.data]: bytes(new Uint8Array(9)) });

const quantized =
  (scales: number[], zeroPoints: number[], axis?: number): Spoil =>
  ({ tensors }) => {
    tensors[1][schema.Tensor.quantization] = quantization(scales, zeroPoints, axis);
  };

const quantizationCases: Case[] = [
  ["a scale of NaN", "scale", quantized([0.5, Number.NaN], [0, 0])],
  ["an infinite scale", "scale", quantized([0.5, Number.POSITIVE_INFINITY], [0, 0])],
  ["a scale of 0", "scale", quantized([0.5, 0], [0, 0])],
  ["a negative scale", "scale", quantized([0.5, -1], [0, 0])],
  ["a zero point without a scale", "scale-count", quantized([], [0])],
  ["a scale without a zero point", "scale-count", quantized([0.5], [])],
  [
    "no scale where one is needed",
    "quantization-missing",
    ({ tensors }) => delete tensors[0][schema.Tensor.quantization],
  ],
  ["a zero point outside int8", "zero-point", quantized([0.5, 0.5], [0, 128])],
  ["an axis beyond the dimensions", "axis", quantized([0.5, 0.5], [0, 0], 4)],
  ["a negative axis", "axis", quantized([0.5, 0.5], [0, 0], -1)],
  ["three scales for two channels", "scale-count", quantized([0.5, 0.5, 0.5], [0, 0, 0])],
  ["a weight zero point that is not 0", "weight-zero-point", quantized([0.5, 0.25], [0, 1])],
  [
    "a bias scale that is not input × weight",
    "bias-scale",
    ({ tensors }) => {
      tensors[2][schema.Tensor.quantization] = quantization([0.25, 1], [0, 0]);
    },
  ],
];

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
      codes[0] = code("SVDF");
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

const wired =
  (inputs: number[], outputs: number[]): Spoil =>
  ({ operators }) => {
    operators[0] = operator(0, inputs, outputs, convOptions());
  };

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
  ["the file's lists and names", modelCases],
  ["tensors", tensorCases],
  ["quantization", quantizationCases],
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

describe("published vulnerabilities of TensorFlow Lite", () => {
  test("CVE-2023-27579: a filter with less than one input channel", () => {
    const spoil: Spoil = ({ tensors }) => {
      tensors[1][schema.Tensor.shape] = int32s([2, 2, 2, 0]);
    };
    expectRefused(spoiled(convModel(), spoil), "dimension");
  });

  test("CVE-2022-21741: a depthwise convolution with stride 0", () => {
    const { DepthwiseConv2DOptions: depthwise } = schema;
    const options = {
      [depthwise.strideW]: int32(0),
      [depthwise.strideH]: int32(1),
      [depthwise.depthMultiplier]: int32(2),
    };
    const found = spoiled(convModel(), ({ operators }, { codes }) => {
      codes[0] = code("DEPTHWISE_CONV_2D");
      operators[0] = operator(0, [0, 1, 2], [3], [depthwise.type, options]);
    });
    expectRefused(found, "attribute-not-positive");
  });

  test("CVE-2021-37680: a dense layer whose weights have no columns", () => {
    const found = spoiled(convModel(), ({ tensors, operators }, { codes }) => {
      codes[0] = code("FULLY_CONNECTED");
      tensors[1][schema.Tensor.shape] = int32s([2, 0]);
      operators[0] = operator(0, [0, 1, 2], [3]);
    });
    expectRefused(found, "dimension");
  });

  test("CVE-2020-15210: one tensor as input and output of an operator", () => {
    expectRefused(spoiled(convModel(), wired([3, 1, 2], [3])), "input-is-output");
  });

  test("TFSA-2020-005: index −1 where a tensor is required", () => {
    expectRefused(spoiled(convModel(), wired([-1, 1, 2], [3])), "input-missing");
  });

  test("TFSA-2020-007: weights with an empty buffer", () => {
    const spoil: Spoil = ({ tensors }) => {
      tensors[1][schema.Tensor.buffer] = int32(0);
    };
    expectRefused(spoiled(convModel(), spoil), "tensor-never-produced");
  });

  test("TFSA-2020-008: weights for another number of channels", () => {
    const found = spoiled(convModel(), ({ tensors }, { buffers }) => {
      tensors[1][schema.Tensor.shape] = int32s([2, 2, 2, 3]);
      buffers[1] = { [schema.Buffer.data]: bytes(new Uint8Array(24)) };
    });
    expectRefused(found, "shape");
  });

  test("TFSA-2020-009: a negative tensor index", () => {
    expectRefused(spoiled(convModel(), wired([-2, 1, 2], [3])), "tensor-index");
  });
});
