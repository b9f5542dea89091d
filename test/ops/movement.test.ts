import fc from "fast-check";
import { vi } from "vitest";
import {
  concatenation,
  pack,
  pad,
  resizeNearestNeighbor,
  slice,
  split,
  transpose,
  unpack,
} from "../reference/movement.js";
import {
  filling,
  int8Output,
  int8Tensor,
  int32Constant,
  quantization,
  size,
  zeroPoint,
} from "../support/arbitraries.js";
import { checkOperator, type Operand } from "../support/operator-check.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const shapes = (minRank = 1, maxRank = 5) => fc.array(size(4), { minLength: minRank, maxLength: maxRank });

/** An input with its quantization, and whatever depends on its shape. */
function over<T>(shapes: fc.Arbitrary<number[]>, rest: (shape: number[]) => fc.Arbitrary<T>) {
  return shapes.chain((shape) =>
    fc.record({ shape: fc.constant(shape), quantization, fill: filling, rest: rest(shape) }),
  );
}

/** An axis that may count from the end. */
const axisOf = (rank: number) => fc.integer({ min: -rank, max: rank - 1 });

const paddings = ({ length }: readonly number[]) =>
  fc.record({
    paddings: fc.array(fc.nat(2), { minLength: 2 * length, maxLength: 2 * length }),
    value: zeroPoint,
  });

checkOperator("PAD", 500, over(shapes(), paddings), ({ shape, quantization, fill, rest }) => {
  const input = int8Tensor(shape, quantization, fill);
  return {
    kind: "PAD",
    attributes: {},
    inputs: [input, int32Constant(rest.paddings, [shape.length, 2])],
    outputs: [int8Output(pad(input, rest.paddings, quantization.zeroPoint), quantization)],
  };
});

checkOperator("PADV2", 500, over(shapes(), paddings), ({ shape, quantization, fill, rest }) => {
  const input = int8Tensor(shape, quantization, fill);
  const value: Operand = { ...input, shape: [1], values: [rest.value], constant: true };
  return {
    kind: "PADV2",
    attributes: {},
    inputs: [input, int32Constant(rest.paddings, [shape.length, 2]), value],
    outputs: [int8Output(pad(input, rest.paddings, rest.value), quantization)],
  };
});

const permutations = ({ length }: readonly number[]) =>
  fc.shuffledSubarray(
    Array.from({ length }, (_, i) => i),
    { minLength: length },
  );

checkOperator("TRANSPOSE", 500, over(shapes(), permutations), ({ shape, quantization, fill, rest }) => {
  const input = int8Tensor(shape, quantization, fill);
  return {
    kind: "TRANSPOSE",
    attributes: {},
    inputs: [input, int32Constant(rest)],
    outputs: [int8Output(transpose(input, rest), quantization)],
  };
});

const concatenated = ({ length }: readonly number[]) =>
  fc.record({
    axis: axisOf(length),
    parts: fc.array(fc.record({ size: size(4), fill: filling, constant: fc.boolean() }), { maxLength: 3 }),
  });

checkOperator("CONCATENATION", 500, over(shapes(), concatenated), ({ shape, quantization, fill, rest }) => {
  const { axis, parts } = rest;
  const dimension = (axis + shape.length) % shape.length;
  const inputs = [
    int8Tensor(shape, quantization, fill),
    ...parts.map(({ size, fill, constant }) =>
      int8Tensor(shape.with(dimension, size), quantization, fill, constant),
    ),
  ];
  return {
    kind: "CONCATENATION",
    attributes: { axis, activation: "NONE" as const },
    inputs,
    outputs: [int8Output(concatenation(inputs, axis), quantization)],
  };
});

const divided = ({ length }: readonly number[]) =>
  fc.record({ axis: axisOf(length), sizes: fc.array(size(3), { minLength: 1, maxLength: 4 }) });

checkOperator("SPLIT", 400, over(shapes(), divided), ({ shape, quantization, fill, rest }) => {
  const { axis, sizes } = rest;
  const dimension = (axis + shape.length) % shape.length;
  const equal = sizes.map(() => sizes[0]);
  const input = int8Tensor(shape.with(dimension, sizes[0] * sizes.length), quantization, fill);
  return {
    kind: "SPLIT",
    attributes: { count: sizes.length },
    inputs: [int32Constant([axis], []), input],
    outputs: split(input, axis, equal).map((result) => int8Output(result, quantization)),
  };
});

checkOperator("SPLIT_V", 400, over(shapes(), divided), ({ shape, quantization, fill, rest }) => {
  const { axis, sizes } = rest;
  const dimension = (axis + shape.length) % shape.length;
  const total = sizes.reduce((sum, n) => sum + n, 0);
  const input = int8Tensor(shape.with(dimension, total), quantization, fill);
  return {
    kind: "SPLIT_V",
    attributes: { count: sizes.length },
    inputs: [input, int32Constant(sizes), int32Constant([axis], [])],
    outputs: split(input, axis, sizes).map((result) => int8Output(result, quantization)),
  };
});

const packed = ({ length }: readonly number[]) =>
  fc.record({
    axis: axisOf(length + 1),
    others: fc.array(fc.record({ fill: filling, constant: fc.boolean() }), { maxLength: 3 }),
  });

checkOperator("PACK", 400, over(shapes(1, 4), packed), ({ shape, quantization, fill, rest }) => {
  const { axis, others } = rest;
  const inputs = [
    int8Tensor(shape, quantization, fill),
    ...others.map(({ fill, constant }) => int8Tensor(shape, quantization, fill, constant)),
  ];
  return {
    kind: "PACK",
    attributes: { axis, count: inputs.length },
    inputs,
    outputs: [int8Output(pack(inputs, axis), quantization)],
  };
});

checkOperator(
  "UNPACK",
  400,
  over(shapes(), ({ length }) => axisOf(length)),
  ({ shape, quantization, fill, rest }) => {
    const input = int8Tensor(shape, quantization, fill);
    const results = unpack(input, rest);
    return {
      kind: "UNPACK",
      attributes: { axis: rest, count: results.length },
      inputs: [input],
      outputs: results.map((result) => int8Output(result, quantization)),
    };
  },
);

const windows = (shape: readonly number[]) =>
  fc
    .tuple(...shape.map((n) => fc.nat(n - 1).chain((begin) => fc.tuple(fc.constant(begin), size(n - begin)))))
    .chain((parts) =>
      fc.record({
        begin: fc.constant(parts.map(([begin]) => begin)),
        size: fc
          .array(fc.boolean(), { minLength: parts.length, maxLength: parts.length })
          .map((rest) => parts.map(([, length], i) => (rest[i] ? -1 : length))),
      }),
    );

checkOperator("SLICE", 500, over(shapes(), windows), ({ shape, quantization, fill, rest }) => {
  const input = int8Tensor(shape, quantization, fill);
  return {
    kind: "SLICE",
    attributes: {},
    inputs: [input, int32Constant(rest.begin), int32Constant(rest.size)],
    outputs: [int8Output(slice(input, rest.begin, rest.size), quantization)],
  };
});

const resized = () =>
  fc.record({
    height: size(12),
    width: size(12),
    alignCorners: fc.boolean(),
    halfPixelCenters: fc.boolean(),
  });

checkOperator(
  "RESIZE_NEAREST_NEIGHBOR",
  800,
  over(
    fc.tuple(size(2), size(9), size(9), size(3)).map((shape) => [...shape]),
    resized,
  ),
  ({ shape, quantization, fill, rest: { height, width, alignCorners, halfPixelCenters } }) => {
    const input = int8Tensor(shape, quantization, fill);
    const attributes = { alignCorners, halfPixelCenters };
    return {
      kind: "RESIZE_NEAREST_NEIGHBOR",
      attributes,
      inputs: [input, int32Constant([height, width])],
      outputs: [int8Output(resizeNearestNeighbor(attributes, input, [height, width]), quantization)],
    };
  },
);
