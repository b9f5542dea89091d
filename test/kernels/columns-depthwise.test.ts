/** Depthwise convolutions with lanes over channels against the reference. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { depthwiseColumns } from "../../codegen/kernels/columns/depthwise.js";
import { Node } from "../../codegen/ops/node.js";
import type { GeneratedLowering } from "../../codegen/ops/operator.js";
import { padding, size } from "../support/arbitraries.js";
import { isValid } from "../support/valid.js";
import { fits } from "../support/windows.js";
import { type Experiment, elementsOf, experiment, type Numbers, numbers } from "./columns-case.js";

/** Undefined where it does not suit or the compiler refuses the numbers. */
function lower({ graph }: Experiment): GeneratedLowering | undefined {
  if (!isValid(graph)) return undefined;
  return depthwiseColumns(new Node(graph, graph.ops[0]));
}

const image = fc
  .record({
    shape: fc.tuple(size(5), size(5), size(12)),
    kernel: fc.tuple(size(4), size(4)),
    attributes: fc.record({
      strideHeight: size(3),
      strideWidth: size(3),
      dilationHeight: size(2),
      dilationWidth: size(2),
      padding,
    }),
    numbers,
  })
  .filter(({ shape, kernel, attributes }) => fits([1, ...shape], kernel, attributes))
  .map(({ shape: [height, width, words], kernel, attributes, numbers }) =>
    experiment(
      [1, height, width, 4 * words],
      [1, ...kernel, 4 * words],
      { ...attributes, depthMultiplier: 1 },
      numbers,
    ),
  );

test("gives the reference's elements", () => {
  const runs = 150;
  let taken = 0;
  let telling = 0;
  const property = fc.property(fc.noBias(image), (it) => {
    const lowering = lower(it);
    if (!lowering) return;
    taken++;
    if (it.result.values.some((value) => value > -128 && value < 127)) telling++;
    expect(elementsOf(lowering, it)).toEqual(it.result.values.map((value) => value + 0));
  });
  fc.assert(property, { seed: 51, numRuns: runs, endOnFailure: true });
  expect(taken / runs, "taken").toBeGreaterThan(0.5);
  expect(telling / taken, "telling").toBeGreaterThan(0.5);
});

const PLAIN: Numbers = {
  activation: "NONE",
  input: { scale: 0.05, zeroPoint: -128 },
  inputFill: { kind: "random", seed: 3 },
  zeros: 0,
  gain: 2,
  isLeast: true,
  weights: {
    perChannel: true,
    scale: 0.01,
    spread: 3,
    zeroPoint: 9,
    fill: { kind: "random", seed: 4 },
    bias: null,
  },
};

const same = {
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  padding: "SAME" as const,
  depthMultiplier: 1,
};

test("a large layer is cut into steps of some positions, short enough", () => {
  const it = experiment([1, 4, 4, 256], [1, 3, 3, 256], same, PLAIN);
  const lowering = lower(it)!;
  expect(lowering.tiles).toBeGreaterThan(2);
  expect(lowering.cost.longestStep).toBeLessThan(3_000_000);
  expect(elementsOf(lowering, it)).toEqual(it.result.values);
});

test("a bit of 16 taps is added up in 12 bits, of 17 it is not", () => {
  const bits = (taps: number) => {
    const weights = { ...PLAIN.weights, fill: { kind: "maximum" as const, seed: 4 } };
    const most: Numbers = { ...PLAIN, inputFill: { kind: "maximum", seed: 3 }, weights };
    const it = experiment([1, 1, taps, 48], [1, 1, taps, 48], { ...same, padding: "VALID" }, most);
    const lowering = lower(it)!;
    expect(elementsOf(lowering, it)).toEqual(it.result.values);
    return lowering.cost.transientBytes;
  };
  expect(bits(17)).toBeGreaterThan((bits(16) * 30) / 24);
});

test("several outputs a channel, and channels that are no whole words, are left to other forms", () => {
  const twice = { ...same, depthMultiplier: 2 };
  expect(lower(experiment([1, 3, 3, 16], [1, 3, 3, 32], twice, PLAIN))).toBeUndefined();
  expect(lower(experiment([1, 3, 3, 6], [1, 3, 3, 6], same, PLAIN))).toBeUndefined();
  expect(lower(experiment([2, 3, 3, 16], [1, 3, 3, 16], same, PLAIN))).toBeUndefined();
});
