import fc from "fast-check";
import { vi } from "vitest";
import { type StridedSlice, stridedSlice } from "../reference/movement.js";
import {
  filling,
  int8Output,
  int8Tensor,
  int32Constant,
  quantization,
  size,
} from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

/** Begin and end reach beyond both ends of each dimension; a shrunk axis has stride 1, as TensorFlow demands. */
const cases = fc
  .array(size(5), { minLength: 1, maxLength: 4 })
  .chain((shape) => {
    const rank = shape.length;
    const each = (arbitrary: fc.Arbitrary<number>) =>
      fc.array(arbitrary, { minLength: rank, maxLength: rank });
    const mask = fc.nat(2 ** rank - 1);
    return fc.record({
      shape: fc.constant(shape),
      begin: each(fc.integer({ min: -7, max: 7 })),
      end: each(fc.integer({ min: -7, max: 7 })),
      strides: each(fc.constantFrom(1, 1, 2, 3, -1, -2, -3)),
      beginMask: mask,
      endMask: mask,
      shrinkAxisMask: fc.oneof(fc.constant(0), mask),
      quantization,
      fill: filling,
    });
  })
  .map((it) => ({
    ...it,
    strides: it.strides.map((stride, axis) => (it.shrinkAxisMask & (1 << axis) ? 1 : stride)),
  }))
  .filter((it) => {
    const input = int8Tensor(it.shape, it.quantization, it.fill);
    return stridedSlice(input, it).values.length > 0;
  });

checkOperator("STRIDED_SLICE", 2000, cases, ({ shape, quantization, fill, ...parameters }) => {
  const { begin, end, strides, beginMask, endMask, shrinkAxisMask }: StridedSlice = parameters;
  const input = int8Tensor(shape, quantization, fill);
  return {
    kind: "STRIDED_SLICE",
    attributes: { beginMask, endMask, shrinkAxisMask, ellipsisMask: 0, newAxisMask: 0, offset: false },
    inputs: [input, int32Constant(begin), int32Constant(end), int32Constant(strides)],
    outputs: [int8Output(stridedSlice(input, parameters), quantization)],
  };
});
