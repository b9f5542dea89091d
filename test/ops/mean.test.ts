import fc from "fast-check";
import { vi } from "vitest";
import { mean } from "../reference/reduction.js";
import {
  factor,
  filling,
  int8Output,
  int8Tensor,
  int32Constant,
  quantization,
  size,
  zeroPoint,
} from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const cases = fc.array(size(7), { minLength: 1, maxLength: 4 }).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axes: fc.uniqueArray(fc.integer({ min: -shape.length, max: shape.length - 1 }), { minLength: 1 }),
    keepDims: fc.boolean(),
    quantization,
    multiplier: fc.oneof(
      { weight: 3, arbitrary: factor(-2, 2) },
      { weight: 1, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: factor(-33, 8) },
    ),
    zeroPoint,
    fill: filling,
  }),
);

checkOperator("MEAN", 1500, cases, ({ shape, axes, keepDims, quantization, multiplier, zeroPoint, fill }) => {
  const input = int8Tensor(shape, quantization, fill);
  const output = { scale: Math.fround(quantization.scale / multiplier), zeroPoint };
  return {
    kind: "MEAN",
    attributes: { keepDims },
    inputs: [input, int32Constant(axes)],
    outputs: [int8Output(mean({ keepDims }, input, axes, output), output)],
  };
});
