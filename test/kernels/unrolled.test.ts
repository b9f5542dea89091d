/** The unrolled form of single operators against the reference. */
import fc from "fast-check";
import { vi } from "vitest";
import { conv2d, depthwiseConv2d } from "../reference/convolution.js";
import { fullyConnected } from "../reference/fully-connected.js";
import { activation, filling, int8Output, int8Tensor, quantization, size } from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";
import { biasTensor, filter, weights } from "../support/weights.js";
import { convolution, fits, image, kernel } from "../support/windows.js";

vi.mock("../../codegen/plan/choose.js", async () => {
  const { choose } = await import("./unrolled-forms.js");
  return { chooseForms: choose };
});

const dense = (depth: number, outputs: number) =>
  fc.record({
    leading: fc.array(size(3), { minLength: 1, maxLength: 2 }),
    inputDepth: size(depth),
    outputDepth: size(outputs),
    attributes: fc.record({ activation, keepDims: fc.boolean() }),
    quantization,
    weights,
    fill: filling,
  });

for (const [title, runs, cases] of [
  ["FULLY_CONNECTED", 1000, dense(40, 9)],
  ["FULLY_CONNECTED, long", 200, dense(400, 5)],
] as const)
  checkOperator(title, runs, cases, (it) => {
    const { leading, inputDepth, outputDepth, attributes, quantization, weights, fill } = it;
    const input = int8Tensor([...leading, inputDepth], quantization, fill);
    const filterTensor = filter([outputDepth, inputDepth], 0, weights);
    const { bias, output } = biasTensor(input, filterTensor, outputDepth, weights);
    return {
      kind: "FULLY_CONNECTED",
      attributes,
      inputs: [input, filterTensor, bias],
      outputs: [
        int8Output(fullyConnected(attributes, input, filterTensor, bias ?? undefined, output), output),
      ],
    };
  });

const windows = fc
  .record({
    ...image(2, 7, 7, 5),
    kernel,
    depth: size(5),
    attributes: fc.record(convolution),
    weights,
  })
  .filter(({ shape, kernel, attributes }) => fits(shape, kernel, attributes));

checkOperator(
  "CONV_2D",
  500,
  windows,
  ({ shape, kernel, depth, attributes, quantization, weights, fill }) => {
    const input = int8Tensor(shape, quantization, fill);
    const filterTensor = filter([depth, ...kernel, shape[3]], 0, weights);
    const { bias, output } = biasTensor(input, filterTensor, depth, weights);
    return {
      kind: "CONV_2D",
      attributes,
      inputs: [input, filterTensor, bias],
      outputs: [int8Output(conv2d(attributes, input, filterTensor, bias ?? undefined, output), output)],
    };
  },
);

checkOperator("DEPTHWISE_CONV_2D", 400, windows, (it) => {
  const { shape, kernel, depth: depthMultiplier, quantization, weights, fill } = it;
  const attributes = { ...it.attributes, depthMultiplier };
  const outputDepth = shape[3] * depthMultiplier;
  const input = int8Tensor(shape, quantization, fill);
  const filterTensor = filter([1, ...kernel, outputDepth], 3, weights);
  const { bias, output } = biasTensor(input, filterTensor, outputDepth, weights);
  return {
    kind: "DEPTHWISE_CONV_2D",
    attributes,
    inputs: [input, filterTensor, bias],
    outputs: [
      int8Output(depthwiseConv2d(attributes, input, filterTensor, bias ?? undefined, output), output),
    ],
  };
});
