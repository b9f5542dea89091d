/** Kernels with lanes over output channels against the reference, in every way that lanes can be laid out. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { requireValid } from "../../codegen/graph/validate.js";
import { columns, WAYS } from "../../codegen/kernels/columns/index.js";
import { Node } from "../../codegen/ops/node.js";
import { fullyConnected } from "../reference/fully-connected.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";
import { type Experiment, elementsOf, experiment, numbers } from "./columns-case.js";
import { denses, elementsBy, images } from "./columns-cases.js";

const run = (it: Experiment, way: number) => elementsBy(it, [WAYS[way]]);

const dense = denses(numbers, 4);
const image = images(numbers, 4);

/** Per way: the share of cases that it takes at least. */
const TAKEN: readonly number[] = [0.3, 0.2, 0.4, 0.5, 0.5, 0.5];

test.each(WAYS.map((way, i) => [JSON.stringify(way), i] as const))(
  "%s gives the reference's elements",
  (_title, way) => {
    const runs = 100;
    for (const [cases, seed] of [
      [dense, 41],
      [image, 42],
    ] as const) {
      let taken = 0;
      let telling = 0;
      const property = fc.property(fc.noBias(cases), (it) => {
        const found = run(it, way);
        if (!found) return;
        taken++;
        if (it.result.values.some((value) => value > -128 && value < 127)) telling++;
        expect(found).toEqual(it.result.values.map((value) => value + 0));
      });
      fc.assert(property, { seed, numRuns: runs, endOnFailure: true });
      expect(taken / runs, "taken").toBeGreaterThan(TAKEN[way]);
      expect(telling / taken, "telling").toBeGreaterThan(0.4);
    }
  },
);

/** A dense layer of one channel whose weights are of both signs and have such a sum of magnitudes, on the input that suits them. */
function bound(sum: number, isLargest: boolean): Experiment {
  const depth = 4 * Math.ceil(sum / 127 / 4);
  const weights = Array.from({ length: depth }, (_, i) => {
    const magnitude = Math.max(0, Math.min(127, sum - 127 * i));
    return i % 3 ? magnitude : -magnitude;
  });
  const values = weights.map((weight) => (weight > 0 === isLargest ? 127 : -128));
  const input = { shape: [1, depth], scales: [1], zeroPoint: 3, values };
  const filter = { shape: [1, depth], scales: [1], zeroPoint: 0, values: weights };
  const output = { scale: 4096, zeroPoint: -128 };
  const attributes = { activation: "RELU" as const, keepDims: false };
  const result = fullyConnected(attributes, input, filter, undefined, output);
  const graph = singleOpGraph(
    "FULLY_CONNECTED",
    attributes,
    [
      { shape: input.shape, dtype: "int8", quantization: perTensor(1, 3) },
      { shape: filter.shape, dtype: "int8", quantization: perTensor(1, 0), values: weights },
      null,
    ],
    [{ shape: result.shape, dtype: "int8", quantization: perTensor(output.scale, output.zeroPoint) }],
  );
  return { graph, input: values, result };
}

test.each([0, 4])("lanes of 20 bits are used up to their last number, way %i", (way) => {
  const most = Math.floor(2 ** 20 / 255);
  for (const isLargest of [false, true])
    for (const sum of [most - 1, most]) {
      const it = bound(sum, isLargest);
      expect(run(it, way), `${sum}`).toEqual(it.result.values);
    }
});

test("a sum that lanes cannot hold is left to other ways", () => {
  const it = bound(Math.floor(2 ** 20 / 255) + 1, true);
  expect(run(it, 0)).toBeUndefined();
  for (const way of [1, 2, 4]) expect(run(it, way)).toEqual(it.result.values);
});

test("a large layer is cut into blocks of channels, each a step that is short enough", () => {
  const it = experiment([2, 512], [300, 512], undefined, {
    activation: "NONE",
    input: { scale: 0.05, zeroPoint: 7 },
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
  });
  const lowering = columns(new Node(it.graph, it.graph.ops[0]))!;
  expect(lowering.tiles).toBeGreaterThan(2);
  expect(lowering.cost.longestStep).toBeLessThan(3_000_000);
  expect(elementsOf(lowering, it)).toEqual(it.result.values);
});

test("inputs that are no whole words are left to other forms", () => {
  const it = bound(127 * 6, true);
  const [input, weights, output] = it.graph.tensors;
  const shorter = [
    { ...input, shape: [1, 6] },
    { ...weights, shape: [1, 6], data: weights.data!.slice(0, 6) },
    output,
  ];
  const graph = { ...it.graph, tensors: shorter };
  requireValid(graph);
  expect(columns(new Node(graph, graph.ops[0]))).toBeUndefined();
});
