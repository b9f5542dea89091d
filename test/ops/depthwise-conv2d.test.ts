import fc from "fast-check";
import { vi } from "vitest";
import { depthwiseConv2d } from "../reference/convolution.js";
import { int8Output, int8Tensor, size } from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";
import { biasTensor, filter, weights } from "../support/weights.js";
import { convolution, fits, image, kernel } from "../support/windows.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const cases = fc
  .record({
    ...image(2, 7, 7, 4),
    kernel,
    attributes: fc.record({ ...convolution, depthMultiplier: size(3) }),
    weights,
  })
  .filter(({ shape, kernel, attributes }) => fits(shape, kernel, attributes));

checkOperator(
  "DEPTHWISE_CONV_2D",
  800,
  cases,
  ({ shape, kernel, attributes, quantization, weights, fill }) => {
    const outputDepth = shape[3] * attributes.depthMultiplier;
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
  },
);
