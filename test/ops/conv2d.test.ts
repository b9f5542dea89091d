import fc from "fast-check";
import { vi } from "vitest";
import { conv2d } from "../reference/convolution.js";
import {
  activation,
  filling,
  int8Output,
  int8Tensor,
  padding,
  quantization,
  size,
} from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";
import { biasTensor, filter, weights } from "../support/weights.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const cases = fc
  .record({
    shape: fc.tuple(size(2), size(7), size(7), size(5)),
    kernel: fc.tuple(size(3), size(3)),
    outputDepth: size(5),
    attributes: fc.record({
      strideHeight: size(3),
      strideWidth: size(3),
      dilationHeight: size(3),
      dilationWidth: size(2),
      padding,
      activation,
    }),
    quantization,
    weights,
    fill: filling,
  })
  .filter(
    ({ shape, kernel, attributes: { dilationHeight, dilationWidth, padding } }) =>
      padding === "SAME" ||
      ((kernel[0] - 1) * dilationHeight < shape[1] && (kernel[1] - 1) * dilationWidth < shape[2]),
  );

checkOperator(
  "CONV_2D",
  800,
  cases,
  ({ shape, kernel, outputDepth, attributes, quantization, weights, fill }) => {
    const input = int8Tensor(shape, quantization, fill);
    const filterTensor = filter([outputDepth, ...kernel, shape[3]], 0, weights);
    const { bias, output } = biasTensor(input, filterTensor, outputDepth, weights);
    return {
      kind: "CONV_2D",
      attributes,
      inputs: [input, filterTensor, bias],
      outputs: [int8Output(conv2d(attributes, input, filterTensor, bias ?? undefined, output), output)],
    };
  },
);
