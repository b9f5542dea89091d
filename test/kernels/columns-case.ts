/** A FULLY_CONNECTED or CONV_2D with an input and what the reference makes of it. */
import fc from "fast-check";
import type { Graph } from "../../codegen/graph/graph.js";
import { conv2d } from "../reference/convolution.js";
import { fullyConnected } from "../reference/fully-connected.js";
import type { Result } from "../reference/tensor.js";
import {
  activation,
  factor,
  filling,
  int8Tensor,
  integers,
  real,
  size,
  zeroPoint,
} from "../support/arbitraries.js";
import { singleOpGraph } from "../support/graph-builder.js";
import { biasTensor, filter } from "../support/weights.js";

/** What differs from case to case beside shapes. Factors are such that most outputs are neither end of their range. */
export const numbers = fc.record({
  activation,
  input: fc.record({ scale: factor(-8, 0), zeroPoint: fc.oneof(fc.constant(-128), zeroPoint) }),
  inputFill: filling,
  /** Share of inputs that are the zero point. */
  zeros: fc.constantFrom(0, 0, 0.5, 0.9),
  gain: real(0.5, 8),
  /** Whether weights may be −128, which quantizers leave out. */
  isLeast: fc.boolean(),
  weights: fc.record({
    perChannel: fc.boolean(),
    scale: factor(-14, -2),
    spread: factor(-2, 2),
    zeroPoint: fc.oneof(fc.constant(-128), zeroPoint),
    fill: filling,
    bias: fc.option(fc.record({ fill: filling, bits: size(14) })),
  }),
});

export type Numbers = typeof numbers extends fc.Arbitrary<infer T> ? T : never;

export interface Experiment {
  readonly graph: Graph;
  readonly input: readonly number[];
  readonly result: Result;
}

/** @param attributes those of a CONV_2D but for the activation; undefined for a FULLY_CONNECTED */
export function experiment(
  shape: readonly number[],
  filterShape: readonly number[],
  attributes: Omit<Parameters<typeof conv2d>[0], "activation"> | undefined,
  it: Numbers,
): Experiment {
  const inner = filterShape.slice(1).reduce((product, n) => product * n, 1);
  const given = { ...it.weights, multiplier: it.gain / (74 * Math.sqrt(inner)) };
  const drawn = int8Tensor(shape, it.input, it.inputFill);
  const percent = integers({ kind: "random", seed: it.inputFill.seed }, drawn.values.length, 0, 0, 99);
  const values = drawn.values.map((value, i) => (percent[i] < 100 * it.zeros ? it.input.zeroPoint : value));
  const input = { ...drawn, values };
  const symmetric = filter(filterShape, 0, given);
  const weights = {
    ...symmetric,
    values: symmetric.values.map((value, i) => (it.isLeast && value === -127 && i % 2 ? -128 : value)),
  };
  const { bias, output } = biasTensor(input, weights, filterShape[0], given);
  const { activation } = it;
  const outputs = (result: Result) => {
    const quantization = { scales: [output.scale], zeroPoints: [output.zeroPoint], axis: 0 };
    return [{ shape: result.shape, dtype: "int8" as const, quantization }];
  };
  const inputs = [{ ...input, values: undefined }, weights, bias];
  if (attributes) {
    const all = { ...attributes, activation };
    const result = conv2d(all, input, weights, bias ?? undefined, output);
    return { graph: singleOpGraph("CONV_2D", all, inputs, outputs(result)), input: values, result };
  }
  const all = { activation, keepDims: false };
  const result = fullyConnected(all, input, weights, bias ?? undefined, output);
  return { graph: singleOpGraph("FULLY_CONNECTED", all, inputs, outputs(result)), input: values, result };
}
