/** What int16 operators and those with state refuse. */
import { expect, test } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import type { AttributesOf } from "../../codegen/graph/op.js";
import { validate } from "../../codegen/graph/validate.js";
import type { Code } from "../../codegen/problems/problem.js";
import { perTensor, singleOpGraph, type TensorSpec } from "../support/graph-builder.js";

const int16 = (shape: readonly number[], scale = 2 ** -12, zeroPoint = 0): TensorSpec => ({
  shape,
  dtype: "int16",
  quantization: perTensor(scale, zeroPoint),
});
const int8 = (shape: readonly number[]): TensorSpec => ({
  shape,
  dtype: "int8",
  quantization: perTensor(2 ** -6, 0),
});
const filled = (spec: TensorSpec, value = 1): TensorSpec => ({
  ...spec,
  values: new Array<number>(spec.shape.reduce((product, size) => product * size, 1)).fill(value),
});
const bias = (dtype: "int16" | "int32" | "int64", value: number): TensorSpec =>
  filled({ shape: [2], dtype }, value);

/** A dense layer of two inputs and outputs. */
function dense(given: TensorSpec | null, { input = int16([1, 2]), output = int16([1, 2]) } = {}): Graph {
  const attributes = { activation: "NONE", keepDims: false } as const;
  return singleOpGraph("FULLY_CONNECTED", attributes, [input, filled(int8([2, 2])), given], [output]);
}

const depthwise = (given: TensorSpec): Graph =>
  singleOpGraph(
    "DEPTHWISE_CONV_2D",
    {
      strideHeight: 1,
      strideWidth: 1,
      dilationHeight: 1,
      dilationWidth: 1,
      padding: "SAME",
      activation: "NONE",
      depthMultiplier: 1,
    },
    [int16([1, 2, 2, 2]), filled(int8([1, 1, 1, 2])), given],
    [int16([1, 2, 2, 2])],
  );

function transposed(
  change: { stride?: number; shape?: TensorSpec; output?: readonly number[]; bias?: TensorSpec } = {},
): Graph {
  const { stride = 2, output = [1, 4, 4, 2], bias: given = bias("int64", 0) } = change;
  const shape = change.shape ?? { shape: [4], dtype: "int32", values: output };
  return singleOpGraph(
    "TRANSPOSE_CONV",
    { strideHeight: stride, strideWidth: 2, padding: "SAME", activation: "NONE" },
    [shape, filled(int8([2, 2, 2, 3])), int16([1, 2, 2, 3]), given],
    [int16(output)],
  );
}

function svdf(
  change: { rank?: number; state?: TensorSpec; time?: TensorSpec; bias?: TensorSpec } = {},
): Graph {
  const state = change.state ?? { ...int8([1, 8]), state: [0, 0, 0, 0, 0, 0, 0, 0] };
  const summed = { ...bias("int32", 0), quantization: perTensor(2 ** -12, 0) };
  return singleOpGraph(
    "SVDF",
    { rank: change.rank ?? 2, activation: "NONE" },
    [int8([1, 3]), filled(int8([4, 3])), change.time ?? filled(int8([4, 2])), change.bias ?? summed, state],
    [int8([1, 2])],
  );
}

function softmax({ input = int16([1, 2]), output = int16(input.shape, 2 ** -15) } = {}): Graph {
  return singleOpGraph("SOFTMAX", { beta: 1 }, [input], [output]);
}

type LstmChange = Partial<AttributesOf<"UNIDIRECTIONAL_SEQUENCE_LSTM">> & {
  readonly inputs?: Readonly<Record<number, TensorSpec | null>>;
};

function lstm({ inputs: changed = {}, ...attributes }: LstmChange = {}): Graph {
  const inputs: (TensorSpec | null)[] = [
    int8([1, 2, 3]),
    ...[1, 2, 3, 4].map(() => filled(int8([2, 3]))),
    ...[5, 6, 7, 8].map(() => filled(int8([2, 2]))),
    ...[9, 10, 11].map(() => null),
    ...[12, 13, 14, 15].map(() => bias("int32", 0)),
    ...[16, 17].map(() => null),
    { ...int8([1, 2]), state: [0, 0] },
    { ...int16([1, 2], 2 ** -11), state: [0, 0] },
    ...[20, 21, 22, 23].map(() => null),
  ];
  for (const [position, spec] of Object.entries(changed)) inputs[Number(position)] = spec;
  return singleOpGraph(
    "UNIDIRECTIONAL_SEQUENCE_LSTM",
    { activation: "TANH", cellClip: 0, timeMajor: false, diagonalRecurrentTensors: false, ...attributes },
    inputs,
    [int8([1, 2, 2])],
  );
}

test.each([
  ["FULLY_CONNECTED", dense(bias("int64", 2 ** 31))],
  ["FULLY_CONNECTED without bias", dense(null)],
  ["TRANSPOSE_CONV", transposed()],
  ["TRANSPOSE_CONV to a shape that is computed", transposed({ shape: { shape: [4], dtype: "int32" } })],
  ["SOFTMAX", softmax()],
  ["SOFTMAX of the coarsest steps", softmax({ input: int16([1, 2], 4.99) })],
  ["SOFTMAX of the longest rows", softmax({ input: int16([1, 65538]) })],
  ["SVDF", svdf()],
  ["UNIDIRECTIONAL_SEQUENCE_LSTM", lstm()],
])("%s as it should be", (_, graph) => {
  expect(validate(graph)).toEqual([]);
});

const cases: [string, Graph, Code][] = [
  ["an input with a zero point", dense(null, { input: int16([1, 2], 1, 5) }), "zero-point-needed"],
  ["an output with a zero point", dense(null, { output: int16([1, 2], 1, 5) }), "zero-point-needed"],
  ["an output of another type", dense(null, { output: int8([1, 2]) }), "type-not-supported"],
  ["a bias of a type that TFLM does not take", dense(bias("int16", 0)), "type-not-supported"],
  ["a depthwise convolution with a bias in int32", depthwise(bias("int32", 0)), "type-not-supported"],
  [
    "a transposed convolution with a bias in int32",
    transposed({ bias: bias("int32", 0) }),
    "type-not-supported",
  ],
  ["sums that are not exact", dense(bias("int64", 2 ** 47)), "accumulator-overflow"],
  ["sums that leave int32 once scaled", dense(bias("int64", 2 ** 37)), "accumulator-overflow"],
  [
    "a factor beyond those that TFLM takes",
    dense(null, { output: int16([1, 2], 2 ** -27) }),
    "multiplier-range",
  ],
  ["a transposed convolution without a stride", transposed({ stride: 0 }), "attribute"],
  ["a transposed convolution of other depth", transposed({ output: [1, 4, 4, 3] }), "shape"],
  [
    "a transposed convolution of another shape than declared",
    transposed({ shape: { shape: [4], dtype: "int32", values: [1, 5, 4, 2] } }),
    "shape-mismatch",
  ],
  ["SOFTMAX of an input with a zero point", softmax({ input: int16([1, 2], 1, 5) }), "zero-point-needed"],
  ["SOFTMAX to int8", softmax({ output: int8([1, 2]) }), "type-not-supported"],
  ["SOFTMAX to another scale", softmax({ output: int16([1, 2], 2 ** -16) }), "quantization-fixed"],
  ["SOFTMAX to a zero point", softmax({ output: int16([1, 2], 2 ** -15, 1) }), "quantization-fixed"],
  ["SOFTMAX of coarser steps", softmax({ input: int16([1, 2], 5.01) }), "multiplier-range"],
  ["SOFTMAX of longer rows", softmax({ input: int16([1, 65539]) }), "accumulator-overflow"],
  ["SVDF of rank 0", svdf({ rank: 0 }), "attribute"],
  ["SVDF of a rank that does not divide its filters", svdf({ rank: 3 }), "attribute"],
  ["SVDF without state", svdf({ state: int8([1, 8]) }), "state-needed"],
  ["SVDF with too little state", svdf({ state: { ...int8([1, 4]), state: [0, 0, 0, 0] } }), "shape"],
  [
    "SVDF with state of another type than its weights",
    svdf({ time: filled({ ...int16([4, 2], 2 ** -6) }) }),
    "type-not-supported",
  ],
  [
    "SVDF with a bias of another scale",
    svdf({ bias: { ...bias("int32", 0), quantization: perTensor(1, 0) } }),
    "bias-scale",
  ],
  ["an LSTM with peephole weights", lstm({ inputs: { 9: filled(int8([2])) } }), "attribute"],
  ["an LSTM with a projection", lstm({ inputs: { 16: filled(int8([2, 2])) } }), "attribute"],
  ["an LSTM with layer normalization", lstm({ inputs: { 20: filled(int16([2])) } }), "attribute"],
  ["an LSTM with coupled gates", lstm({ inputs: { 1: null } }), "input-missing"],
  ["an LSTM with another activation", lstm({ activation: "NONE" }), "attribute"],
  ["an LSTM with diagonal weights", lstm({ diagonalRecurrentTensors: true }), "attribute"],
  ["an LSTM on int16", lstm({ inputs: { 0: int16([1, 2, 3]) } }), "type-not-supported"],
  ["an LSTM without state", lstm({ inputs: { 18: int8([1, 2]) } }), "state-needed"],
  [
    "an LSTM with a cell state that is no power of two",
    lstm({ inputs: { 19: { ...int16([1, 2], 0.0005), state: [0, 0] } } }),
    "attribute",
  ],
  ["an LSTM with weights of another shape", lstm({ inputs: { 5: filled(int8([2, 3])) } }), "shape"],
];

test.each(cases)("%s is refused", (_, graph, code) => {
  expect(validate(graph).map((problem) => problem.code)).toEqual([code]);
});

test("a variable tensor that no operator keeps is refused, and one that two do", () => {
  const graph = singleOpGraph("RELU", {}, [{ ...int8([2]), state: [0, 0] }], [int8([2])]);
  expect(validate({ ...graph, inputs: [1] }).map(({ code }) => code)).toContain("variable-tensor");
  const shared = svdf();
  const twice = { ...shared.ops[0], name: "twice", outputs: [shared.tensors.length] };
  const output = { ...shared.tensors[shared.ops[0].outputs[0]], name: "again" };
  const both = { ...shared, tensors: [...shared.tensors, output], ops: [...shared.ops, twice] } as Graph;
  expect(validate(both).map(({ code }) => code)).toEqual(["variable-shared"]);
});
