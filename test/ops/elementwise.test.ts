import fc from "fast-check";
import { vi } from "vitest";
import { add, maximum, minimum, mul, sub } from "../reference/elementwise.js";
import {
  activation,
  type Filling,
  factor,
  filling,
  int8Output,
  int8Tensor,
  quantization,
  scale,
  size,
  zeroPoint,
} from "../support/arbitraries.js";
import { checkOperator } from "../support/operator-check.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

/** Two shapes of which one broadcasts to the other, or both to a third: dimensions drop to 1, leading ones drop out. */
const shapes = fc
  .tuple(
    fc.array(size(4), { minLength: 1, maxLength: 5 }),
    fc.constantFrom("same", "scalar", "channel", "mixed"),
    fc.array(fc.constantFrom("both", "both", "first", "second"), { minLength: 5, maxLength: 5 }),
    fc.nat(5),
  )
  .map(([shape, how, sides, dropped]): [number[], number[]] => {
    switch (how) {
      case "same":
        return [shape, shape];
      case "scalar":
        return [shape, [1]];
      case "channel":
        return [shape, shape.slice(-1)];
      default: {
        const first = shape.map((n, axis) => (sides[axis] === "second" ? 1 : n));
        const second = shape.map((n, axis) => (sides[axis] === "first" ? 1 : n));
        return [first, second.slice(Math.min(dropped, second.length - 1))];
      }
    }
  });

const operands = fc.record({
  shapes,
  swap: fc.boolean(),
  constant: fc.constantFrom("neither", "neither", "first", "second"),
  first: fc.record({ quantization, fill: filling }),
  second: fc.record({ quantization, fill: filling }),
});

type Operands = typeof operands extends fc.Arbitrary<infer T> ? T : never;

function inputs({ shapes, swap, constant, first, second }: Operands) {
  const [shapeA, shapeB] = swap ? [shapes[1], shapes[0]] : shapes;
  const make = (
    shape: number[],
    part: { quantization: typeof first.quantization; fill: Filling },
    is: string,
  ) => int8Tensor(shape, part.quantization, part.fill, constant === is);
  return [make(shapeA, first, "first"), make(shapeB, second, "second")] as const;
}

/** The second scale within 2^±12 of the first: both count in the sum; and the output's within 2^±12 of the larger. */
const scaled = fc.record({
  operands,
  ratio: fc.oneof({ weight: 4, arbitrary: factor(-4, 4) }, { weight: 1, arbitrary: factor(-34, 12) }),
  outputRatio: fc.oneof({ weight: 4, arbitrary: factor(-4, 4) }, { weight: 1, arbitrary: factor(-16, 12) }),
  zeroPoint,
  activation,
});

for (const [kind, reference] of [
  ["ADD", add],
  ["SUB", sub],
] as const)
  checkOperator(kind, 1500, scaled, ({ operands, ratio, outputRatio, zeroPoint, activation }) => {
    const { first } = operands;
    const scaleB = Math.fround(first.quantization.scale * ratio);
    const second = { ...operands.second, quantization: { ...operands.second.quantization, scale: scaleB } };
    const [a, b] = inputs({ ...operands, second });
    const largest = Math.max(first.quantization.scale, scaleB);
    const output = { scale: Math.fround(largest * outputRatio), zeroPoint };
    return {
      kind,
      attributes: { activation },
      inputs: [a, b],
      outputs: [int8Output(reference({ activation }, a, b, output), output)],
    };
  });

const products = fc.record({
  operands,
  multiplier: fc.oneof(
    { weight: 8, arbitrary: factor(-12, -5) },
    { weight: 1, arbitrary: factor(-1, 1) },
    { weight: 1, arbitrary: factor(0, 10) },
    { weight: 1, arbitrary: factor(-36, -12) },
  ),
  zeroPoint,
  activation,
});

checkOperator("MUL", 1500, products, ({ operands, multiplier, zeroPoint, activation }) => {
  const [a, b] = inputs(operands);
  const output = { scale: Math.fround((a.scales[0] * b.scales[0]) / multiplier), zeroPoint };
  return {
    kind: "MUL",
    attributes: { activation },
    inputs: [a, b],
    outputs: [int8Output(mul({ activation }, a, b, output), output)],
  };
});

for (const [kind, reference] of [
  ["MAXIMUM", maximum],
  ["MINIMUM", minimum],
] as const)
  checkOperator(kind, 500, fc.record({ operands, scale, zeroPoint }), ({ operands, scale, zeroPoint }) => {
    const shared = { scale, zeroPoint };
    const [a, b] = inputs({
      ...operands,
      first: { ...operands.first, quantization: shared },
      second: { ...operands.second, quantization: shared },
    });
    return { kind, attributes: {}, inputs: [a, b], outputs: [int8Output(reference(a, b), shared)] };
  });
