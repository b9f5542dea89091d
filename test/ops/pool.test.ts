import fc from "fast-check";
import { vi } from "vitest";
import { averagePool2d, maxPool2d } from "../reference/reduction.js";
import { activation, int8Output, int8Tensor, padding, size } from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";
import { fits, image } from "../support/windows.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const cases = fc
  .record({
    ...image(2, 8, 8, 4),
    attributes: fc.record({
      strideHeight: size(4),
      strideWidth: size(4),
      filterHeight: size(6),
      filterWidth: size(5),
      padding,
      activation,
    }),
  })
  .filter(({ shape, attributes }) =>
    fits(shape, [attributes.filterHeight, attributes.filterWidth], attributes),
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
