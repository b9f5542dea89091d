import fc from "fast-check";
import { vi } from "vitest";
import { hardSwish, leakyRelu, logistic, relu, relu6, softmax, tanh } from "../reference/activation.js";
import {
  factor,
  filling,
  int8Output,
  int8Tensor,
  quantization,
  size,
  zeroPoint,
} from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

/** Every int8 value once. */
const ALL_INT8 = Array.from({ length: 256 }, (_, i) => i - 128);

const elementwise = fc.record({
  shape: fc.array(size(4), { minLength: 1, maxLength: 4 }),
  quantization,
  ratio: fc.oneof({ weight: 4, arbitrary: factor(-3, 3) }, { weight: 1, arbitrary: factor(-34, 7) }),
  zeroPoint,
  alpha: fc.oneof(
    factor(-10, 0),
    fc.constant(0),
    factor(0, 2),
    factor(-4, 1).map((alpha) => -alpha),
  ),
});

type Elementwise = typeof elementwise extends fc.Arbitrary<infer T> ? T : never;

/** An input of all 256 values, and the output's quantization: these operators are functions of one value. */
function allValues({ quantization, ratio, zeroPoint }: Elementwise) {
  const input = {
    ...int8Tensor([2, 128], quantization, { kind: "random", seed: 1 }),
    values: ALL_INT8,
  };
  return { input, output: { scale: Math.fround(quantization.scale / ratio), zeroPoint } };
}

checkOperator("RELU", 500, elementwise, (it) => {
  const { input, output } = allValues(it);
  return {
    kind: "RELU",
    attributes: {},
    inputs: [input],
    outputs: [int8Output(relu(input, output), output)],
  };
});

checkOperator("RELU6", 300, elementwise, (it) => {
  const { input } = allValues(it);
  return {
    kind: "RELU6",
    attributes: {},
    inputs: [input],
    outputs: [int8Output(relu6(input), it.quantization)],
  };
});

checkOperator("LEAKY_RELU", 800, elementwise, (it) => {
  const { input, output } = allValues(it);
  const { alpha } = it;
  return {
    kind: "LEAKY_RELU",
    attributes: { alpha },
    inputs: [input],
    outputs: [int8Output(leakyRelu({ alpha }, input, output), output)],
  };
});

/** TFLM asks that the factor input scale / 128 / output scale stays below 1. */
const hardSwishCases = fc.record({
  quantization: fc.record({
    scale: fc.oneof({ weight: 3, arbitrary: factor(-10, 1) }, { weight: 1, arbitrary: factor(-26, 20) }),
    zeroPoint,
  }),
  ratio: fc.oneof({ weight: 3, arbitrary: factor(-2, 2) }, { weight: 1, arbitrary: factor(-14, 6) }),
  zeroPoint,
});

checkOperator("HARD_SWISH", 800, hardSwishCases, ({ quantization, ratio, zeroPoint }) => {
  const input = { ...int8Tensor([256], quantization, { kind: "random", seed: 1 }), values: ALL_INT8 };
  const output = { scale: Math.fround(quantization.scale / ratio), zeroPoint };
  return {
    kind: "HARD_SWISH",
    attributes: {},
    inputs: [input],
    outputs: [int8Output(hardSwish(input, output), output)],
  };
});

/** All scales that TFLM takes: from 8 on, the radius beyond which outputs are saturated is 0. */
const saturating = fc.record({
  quantization: fc.record({
    scale: fc.oneof({ weight: 3, arbitrary: factor(-8, -2) }, { weight: 1, arbitrary: factor(-27, 8) }),
    zeroPoint,
  }),
});

for (const [kind, reference, output] of [
  ["LOGISTIC", logistic, { scale: 1 / 256, zeroPoint: -128 }],
  ["TANH", tanh, { scale: 1 / 128, zeroPoint: 0 }],
] as const)
  checkOperator(kind, 400, saturating, ({ quantization }) => {
    const input = { ...int8Tensor([256], quantization, { kind: "random", seed: 1 }), values: ALL_INT8 };
    return { kind, attributes: {}, inputs: [input], outputs: [int8Output(reference(input), output)] };
  });

const softmaxCases = fc.record({
  shape: fc.tuple(size(3), size(3), size(20)),
  rank: fc.constantFrom(1, 2, 3),
  quantization: fc.record({
    scale: fc.oneof({ weight: 3, arbitrary: factor(-8, -1) }, { weight: 1, arbitrary: factor(-22, 12) }),
    zeroPoint,
  }),
  beta: fc.oneof(fc.constant(1), factor(-3, 3)),
  fill: filling,
});

checkOperator("SOFTMAX", 1000, softmaxCases, ({ shape, rank, quantization, beta, fill }) => {
  const input = int8Tensor(shape.slice(-rank), quantization, fill);
  const output = { scale: 1 / 256, zeroPoint: -128 };
  return {
    kind: "SOFTMAX",
    attributes: { beta },
    inputs: [input],
    outputs: [int8Output(softmax({ beta }, input), output)],
  };
});
