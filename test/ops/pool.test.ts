import fc from "fast-check";
import { vi } from "vitest";
import { averagePool2d, maxPool2d } from "../reference/reduction.js";
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

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const cases = fc
  .record({
    shape: fc.tuple(size(2), size(8), size(8), size(4)),
    attributes: fc.record({
      strideHeight: size(4),
      strideWidth: size(4),
      filterHeight: size(6),
      filterWidth: size(5),
      padding,
      activation,
    }),
    quantization,
    fill: filling,
  })
  .filter(
    ({ shape, attributes: { filterHeight, filterWidth, padding } }) =>
      padding === "SAME" || (filterHeight <= shape[1] && filterWidth <= shape[2]),
  );

for (const [kind, reference] of [
  ["AVERAGE_POOL_2D", averagePool2d],
  ["MAX_POOL_2D", maxPool2d],
] as const)
  checkOperator(kind, 600, cases, ({ shape, attributes, quantization, fill }) => {
    const input = int8Tensor(shape, quantization, fill);
    return {
      kind,
      attributes,
      inputs: [input],
      outputs: [int8Output(reference(attributes, input, quantization), quantization)],
    };
  });
