/** A FULLY_CONNECTED, CONV_2D or DEPTHWISE_CONV_2D with an input and what the reference makes of it. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import { evaluateKernel } from "../../codegen/kernels/generated.js";
import type { GeneratedLowering } from "../../codegen/ops/operator.js";
import type { PlacedLayer } from "../../runtime/layer.js";
import { conv2d, depthwiseConv2d } from "../reference/convolution.js";
import { fullyConnected } from "../reference/fully-connected.js";
import { INT8_SUMS, INT16_LONG_SUMS, type Result } from "../reference/tensor.js";
import {
  activation,
  factor,
  filling,
  int8Tensor,
  int16Tensor,
  integers,
  real,
  size,
  zeroPoint,
} from "../support/arbitraries.js";
import { singleOpGraph } from "../support/graph-builder.js";
import { memoryOf } from "../support/memory.js";
import { biasTensor, filter, wideBias } from "../support/weights.js";

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

export type Numbers = (typeof numbers extends fc.Arbitrary<infer T> ? T : never) & {
  /** int16 inputs and outputs, of zero point 0, and biases in int64. */
  readonly isWide?: boolean;
};

/** The same of int16 activations. */
export const wideNumbers = numbers.map((it): Numbers => ({ ...it, isWide: true }));

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
  const { isWide = false } = it;
  const drawn = isWide
    ? int16Tensor(shape, it.input.scale, it.inputFill)
    : int8Tensor(shape, it.input, it.inputFill);
  const percent = integers({ kind: "random", seed: it.inputFill.seed }, drawn.values.length, 0, 0, 99);
  const values = drawn.values.map((value, i) => (percent[i] < 100 * it.zeros ? drawn.zeroPoint : value));
  const input = { ...drawn, values };
  const symmetric = filter(filterShape, axis, given);
  const weights = {
    ...symmetric,
    values: symmetric.values.map((value, i) => (it.isLeast && value === -127 && i % 2 ? -128 : value)),
  };
  const { bias, output } = isWide
    ? wideBias(biasTensor(input, weights, filterShape[axis], given))
    : biasTensor(input, weights, filterShape[axis], given);
  const sums = isWide ? INT16_LONG_SUMS : INT8_SUMS;
  const { activation } = it;
  const outputs = (result: Result) => {
    const quantization = { scales: [output.scale], zeroPoints: [output.zeroPoint], axis: 0 };
    return [{ shape: result.shape, dtype: drawn.dtype, quantization }];
  };
  const inputs = [{ ...input, values: undefined }, weights, bias];
  if (attributes && depthMultiplier !== undefined) {
    const all = { ...attributes, activation, depthMultiplier };
    const result = depthwiseConv2d(all, input, weights, bias ?? undefined, output, sums);
    return { graph: singleOpGraph("DEPTHWISE_CONV_2D", all, inputs, outputs(result)), input: values, result };
  }
  if (attributes) {
    const all = { ...attributes, activation };
    const result = conv2d(all, input, weights, bias ?? undefined, output, sums);
    return { graph: singleOpGraph("CONV_2D", all, inputs, outputs(result)), input: values, result };
  }
  const all = { activation, keepDims: false };
  const result = fullyConnected(all, input, weights, bias ?? undefined, output, sums);
  return { graph: singleOpGraph("FULLY_CONNECTED", all, inputs, outputs(result)), input: values, result };
}

/** The elements that a kernel gives in an arena full of other things, of which it changes no others. */
export function elementsOf(lowering: GeneratedLowering, { graph, input, result }: Experiment): number[] {
  const isWide = graph.tensors[graph.inputs[0]].dtype === "int16";
  const bytes = isWide ? 2 : 1;
  const [from, to] = [8, 8 + Math.ceil((bytes * input.length) / 4) * 4 + 4];
  const memory = memoryOf(to + bytes * result.values.length + 8);
  const view = isWide ? memory.int16 : memory.int8;
  memory.uint8.fill(0xa5);
  const before = view.slice();
  view.set(input, from / bytes);
  const layer: PlacedLayer = {
    name: "",
    kernel: evaluateKernel(lowering.source),
    tiles: lowering.tiles,
    inputs: [from],
    outputs: [to],
    constants: [],
  };
  for (let tile = 0; tile < layer.tiles; tile++) layer.kernel(memory, layer, tile);
  const found = Array.from(view.subarray(to / bytes, to / bytes + result.values.length));
  const end = to / bytes + found.length;
  expect(view.slice(end)).toEqual(before.slice(end));
  expect(Array.from(view.slice(from / bytes, from / bytes + input.length))).toEqual(Array.from(input));
  return found;
}
