import fc from "fast-check";
import {
  filling,
  int8Output,
  int8Tensor,
  int32Constant,
  quantization,
  size,
} from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";

const base = { quantization, fill: filling };

/** A shape, and others of as many elements. */
const reshaped = fc.record({
  ...base,
  factors: fc.array(size(4), { minLength: 1, maxLength: 5 }),
  cuts: fc.uniqueArray(fc.nat(5), { maxLength: 3 }),
  unknown: fc.option(fc.nat(3)),
  given: fc.constantFrom("attribute", "input", "both"),
});

checkOperator("RESHAPE", 400, reshaped, ({ quantization, fill, factors, cuts, unknown, given }) => {
  const input = int8Tensor(factors, quantization, fill);
  const bounds = [0, ...cuts.filter((cut) => cut < factors.length).sort((a, b) => a - b), factors.length];
  const shape = bounds
    .slice(1)
    .map((end, i) => factors.slice(bounds[i], end).reduce((product, n) => product * n, 1));
  const asked = unknown === null || unknown >= shape.length ? shape : shape.with(unknown, -1);
  return {
    kind: "RESHAPE",
    attributes: { newShape: given === "input" ? null : asked },
    inputs: given === "attribute" ? [input] : [input, int32Constant(asked)],
    outputs: [int8Output({ shape, values: input.values }, quantization)],
  };
});

const withOnes = fc.array(fc.constantFrom(1, 1, 2, 3), { minLength: 1, maxLength: 5 });

const squeezed = withOnes.chain((shape) => {
  const ones = shape.flatMap((n, axis) => (n === 1 ? [axis, axis - shape.length] : []));
  return fc.record({ ...base, shape: fc.constant(shape), axes: fc.subarray(ones) });
});

checkOperator("SQUEEZE", 300, squeezed, ({ shape, quantization, fill, axes }) => {
  const input = int8Tensor(shape, quantization, fill);
  const dropped = (n: number, axis: number): boolean =>
    axes.length === 0 ? n === 1 : axes.includes(axis) || axes.includes(axis - shape.length);
  return {
    kind: "SQUEEZE",
    attributes: { axes },
    inputs: [input],
    outputs: [
      int8Output({ shape: shape.filter((n, i) => !dropped(n, i)), values: input.values }, quantization),
    ],
  };
});

const expanded = withOnes.chain((shape) =>
  fc.record({
    ...base,
    shape: fc.constant(shape),
    axis: fc.integer({ min: -shape.length - 1, max: shape.length }),
  }),
);

checkOperator("EXPAND_DIMS", 300, expanded, ({ shape, quantization, fill, axis }) => {
  const input = int8Tensor(shape, quantization, fill);
  const position = axis < 0 ? axis + shape.length + 1 : axis;
  return {
    kind: "EXPAND_DIMS",
    attributes: {},
    inputs: [input, int32Constant([axis])],
    outputs: [int8Output({ shape: shape.toSpliced(position, 0, 1), values: input.values }, quantization)],
  };
});
