/** Operators that move int16 elements: twice the bytes, and zeros around them. */
import fc from "fast-check";
import { vi } from "vitest";
import { concatenation, pack, pad, split, stridedSlice, transpose } from "../reference/movement.js";
import { factor, filling, int16Output, int16Tensor, int32Constant, size } from "../support/arbitraries.js";
import { checkOperator, type Operand } from "../support/operator-check.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const cases = fc.record({
  shape: fc.array(size(5), { minLength: 1, maxLength: 4 }),
  scale: factor(-14, -4),
  fills: fc.tuple(filling, filling),
  numbers: fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }),
  constant: fc.boolean(),
});

const paddingsOf = ({ length }: readonly number[], numbers: readonly number[]) =>
  numbers.slice(0, 2 * length);

checkOperator("PAD", 300, cases, ({ shape, scale, fills, numbers }) => {
  const input = int16Tensor(shape, scale, fills[0]);
  const paddings = paddingsOf(shape, numbers);
  return {
    kind: "PAD",
    attributes: {},
    inputs: [input, int32Constant(paddings, [shape.length, 2])],
    outputs: [int16Output(pad(input, paddings, 0), scale)],
  };
});

checkOperator("PADV2", 300, cases, ({ shape, scale, fills, numbers }) => {
  const input = int16Tensor(shape, scale, fills[0]);
  const paddings = paddingsOf(shape, numbers);
  const value: Operand = { ...input, shape: [1], values: [-12_345], constant: true };
  return {
    kind: "PADV2",
    attributes: {},
    inputs: [input, int32Constant(paddings, [shape.length, 2]), value],
    outputs: [int16Output(pad(input, paddings, -12_345), scale)],
  };
});

checkOperator("TRANSPOSE", 300, cases, ({ shape, scale, fills }) => {
  const input = int16Tensor(shape, scale, fills[0]);
  const permutation = shape.map((_, axis) => (axis + 1) % shape.length);
  return {
    kind: "TRANSPOSE",
    attributes: {},
    inputs: [input, int32Constant(permutation)],
    outputs: [int16Output(transpose(input, permutation), scale)],
  };
});

checkOperator("STRIDED_SLICE", 300, cases, ({ shape, scale, fills, numbers }) => {
  const input = int16Tensor(shape, scale, fills[0]);
  const begin = shape.map((length, axis) => Math.min(numbers[axis], length - 1));
  const strides = shape.map((_, axis) => 1 + numbers[axis + 4]);
  const masks = { beginMask: 0, endMask: 0, shrinkAxisMask: 0 };
  return {
    kind: "STRIDED_SLICE",
    attributes: { ...masks, ellipsisMask: 0, newAxisMask: 0, offset: false },
    inputs: [input, int32Constant(begin), int32Constant(shape), int32Constant(strides)],
    outputs: [int16Output(stridedSlice(input, { begin, end: shape, strides, ...masks }), scale)],
  };
});

checkOperator("CONCATENATION", 300, cases, ({ shape, scale, fills, constant }) => {
  const inputs = [int16Tensor(shape, scale, fills[0]), int16Tensor(shape, scale, fills[1], constant)];
  const outputs = [int16Output(concatenation(inputs, -1), scale)];
  return { kind: "CONCATENATION", attributes: { axis: -1, activation: "NONE" as const }, inputs, outputs };
});

checkOperator("PACK", 200, cases, ({ shape, scale, fills, constant }) => {
  const inputs = [int16Tensor(shape, scale, fills[0]), int16Tensor(shape, scale, fills[1], constant)];
  const outputs = [int16Output(pack(inputs, 0), scale)];
  return { kind: "PACK", attributes: { axis: 0, count: 2 }, inputs, outputs };
});

checkOperator("SPLIT", 200, cases, ({ shape, scale, fills }) => {
  const whole = [...shape.slice(0, -1), 2 * shape[shape.length - 1]];
  const input = int16Tensor(whole, scale, fills[0]);
  const sizes = [1, 1].map(() => shape[shape.length - 1]);
  return {
    kind: "SPLIT",
    attributes: { count: 2 },
    inputs: [int32Constant([-1], []), input],
    outputs: split(input, -1, sizes).map((result) => int16Output(result, scale)),
  };
});
