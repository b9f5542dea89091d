import fc from "fast-check";
import { vi } from "vitest";
import { fullyConnected } from "../reference/fully-connected.js";
import { activation, filling, int8Output, int8Tensor, quantization, size } from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";
import { biasTensor, filter, weights } from "../support/weights.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const cases = fc.record({
  leading: fc.array(size(3), { minLength: 1, maxLength: 2 }),
  inputDepth: size(40),
  outputDepth: size(9),
  attributes: fc.record({ activation, keepDims: fc.boolean() }),
  quantization,
  weights,
  fill: filling,
});

checkOperator("FULLY_CONNECTED", 1500, cases, (it) => {
  const { leading, inputDepth, outputDepth, attributes, quantization, weights, fill } = it;
  const input = int8Tensor([...leading, inputDepth], quantization, fill);
  const filterTensor = filter([outputDepth, inputDepth], 0, weights);
  const { bias, output } = biasTensor(input, filterTensor, outputDepth, weights);
  return {
    kind: "FULLY_CONNECTED",
    attributes,
    inputs: [input, filterTensor, bias],
    outputs: [int8Output(fullyConnected(attributes, input, filterTensor, bias ?? undefined, output), output)],
  };
});
