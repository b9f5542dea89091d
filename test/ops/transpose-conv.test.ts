import fc from "fast-check";
import { vi } from "vitest";
import { transposeConv } from "../reference/transpose-convolution.js";
import {
  activation,
  filling,
  int8Output,
  int8Tensor,
  int32Constant,
  padding,
  quantization,
  size,
} from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";
import { biasTensor, filter, weights } from "../support/weights.js";
import { kernel } from "../support/windows.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const cases = fc.record({
  shape: fc.tuple(size(2), size(4), size(4), size(4)),
  kernel,
  outputDepth: size(4),
  /** TFLM's kernel takes any: what reaches beyond is left out, what is not reached is the bias. */
  outputSize: fc.tuple(size(10), size(10)),
  attributes: fc.record({ strideHeight: size(3), strideWidth: size(3), padding, activation }),
  quantization,
  weights,
  fill: filling,
});

checkOperator("TRANSPOSE_CONV", 800, cases, (it) => {
  const { shape, kernel, outputDepth, outputSize, attributes, quantization, weights, fill } = it;
  const input = int8Tensor(shape, quantization, fill);
  const filterTensor = filter([outputDepth, ...kernel, shape[3]], 0, weights);
  const { bias, output } = biasTensor(input, filterTensor, outputDepth, weights);
  const outputShape = [shape[0], ...outputSize, outputDepth];
  return {
    kind: "TRANSPOSE_CONV",
    attributes,
    inputs: [int32Constant(outputShape), filterTensor, input, bias],
    outputs: [
      int8Output(
        transposeConv(attributes, outputShape, filterTensor, input, bias ?? undefined, output),
        output,
      ),
    ],
  };
});
