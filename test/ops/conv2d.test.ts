import fc from "fast-check";
import { vi } from "vitest";
import { conv2d } from "../reference/convolution.js";
import { int8Output, int8Tensor, size } from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";
import { biasTensor, filter, weights } from "../support/weights.js";
import { convolution, fits, image, kernel } from "../support/windows.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const cases = fc
  .record({
    ...image(2, 7, 7, 5),
    kernel,
    outputDepth: size(5),
    attributes: fc.record(convolution),
    weights,
  })
  .filter(({ shape, kernel, attributes }) => fits(shape, kernel, attributes));

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
