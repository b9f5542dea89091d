/** A FULLY_CONNECTED, CONV_2D or DEPTHWISE_CONV_2D with an input and what the reference makes of it. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import { evaluateKernel } from "../../codegen/kernels/generated.js";
import type { GeneratedLowering } from "../../codegen/ops/operator.js";
import type { PlacedLayer } from "../../runtime/layer.js";
import { conv2d, depthwiseConv2d } from "../reference/convolution.js";
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
import { memoryOf } from "../support/memory.js";
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

/**
 * @param attributes those of a CONV_2D but for the activation, or with a `depthMultiplier` of a DEPTHWISE_CONV_2D; undefined
 * for a FULLY_CONNECTED
 */
export function experiment(
  shape: readonly number[],
  filterShape: readonly number[],
  attributes:
    | (Omit<Parameters<typeof conv2d>[0], "activation"> & { readonly depthMultiplier?: number })
    | undefined,
  it: Numbers,
): Experiment {
  const depthMultiplier = attributes?.depthMultiplier;
  const axis = depthMultiplier === undefined ? 0 : 3;
  const inner = filterShape.reduce((product, n) => product * n, 1) / filterShape[axis];
  const given = { ...it.weights, multiplier: it.gain / (74 * Math.sqrt(inner)) };
  const drawn = int8Tensor(shape, it.input, it.inputFill);
  const percent = integers({ kind: "random", seed: it.inputFill.seed }, drawn.values.length, 0, 0, 99);
  const values = drawn.values.map((value, i) => (percent[i] < 100 * it.zeros ? it.input.zeroPoint : value));
  const input = { ...drawn, values };
  const symmetric = filter(filterShape, axis, given);
  const weights = {
    ...symmetric,
    values: symmetric.values.map((value, i) => (it.isLeast && value === -127 && i % 2 ? -128 : value)),
  };
  const { bias, output } = biasTensor(input, weights, filterShape[axis], given);
  const { activation } = it;
  const outputs = (result: Result) => {
    const quantization = { scales: [output.scale], zeroPoints: [output.zeroPoint], axis: 0 };
    return [{ shape: result.shape, dtype: "int8" as const, quantization }];
  };
  const inputs = [{ ...input, values: undefined }, weights, bias];
  if (attributes && depthMultiplier !== undefined) {
    const all = { ...attributes, activation, depthMultiplier };
    const result = depthwiseConv2d(all, input, weights, bias ?? undefined, output);
    return { graph: singleOpGraph("DEPTHWISE_CONV_2D", all, inputs, outputs(result)), input: values, result };
  }
  if (attributes) {
    const all = { ...attributes, activation };
    const result = conv2d(all, input, weights, bias ?? undefined, output);
    return { graph: singleOpGraph("CONV_2D", all, inputs, outputs(result)), input: values, result };
  }
  const all = { activation, keepDims: false };
  const result = fullyConnected(all, input, weights, bias ?? undefined, output);
  return { graph: singleOpGraph("FULLY_CONNECTED", all, inputs, outputs(result)), input: values, result };
}

/** The elements that a kernel gives in an arena full of other things, of which it changes no others. */
export function elementsOf(lowering: GeneratedLowering, { input, result }: Experiment): number[] {
  const [from, to] = [8, 8 + Math.ceil(input.length / 4) * 4 + 4];
  const memory = memoryOf(to + result.values.length + 8);
  memory.uint8.fill(0xa5);
  const before = memory.int8.slice();
  memory.int8.set(input, from);
  const layer: PlacedLayer = {
    name: "",
    kernel: evaluateKernel(lowering.source),
    tiles: lowering.tiles,
    inputs: [from],
    outputs: [to],
    constants: [],
  };
  for (let tile = 0; tile < layer.tiles; tile++) layer.kernel(memory, layer, tile);
  const found = Array.from(memory.int8.subarray(to, to + result.values.length));
  const end = to + found.length;
  expect(memory.int8.slice(end)).toEqual(before.slice(end));
  expect(Array.from(memory.int8.slice(from, from + input.length))).toEqual(Array.from(input));
  return found;
}
