/** Kernels with lanes over output channels for int16 activations, against the reference. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { requireValid } from "../../codegen/graph/validate.js";
import { columns, WIDE_WAYS } from "../../codegen/kernels/columns/index.js";
import { Node } from "../../codegen/ops/node.js";
import { fullyConnected } from "../reference/fully-connected.js";
import { INT16_LONG_SUMS } from "../reference/tensor.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";
import { type Experiment, elementsOf, experiment, type Numbers, wideNumbers } from "./columns-case.js";
import { denses, elementsBy, images } from "./columns-cases.js";

const dense = denses(wideNumbers, 2);
const image = images(wideNumbers, 2);

/** Per way: the share of cases that it takes at least. */
const TAKEN: readonly number[] = [0.1, 0.9, 0.9];

test.each(WIDE_WAYS.map((way, i) => [JSON.stringify(way), i] as const))(
  "%s gives the reference's elements",
  (_title, way) => {
    const runs = 150;
    for (const [cases, seed] of [
      [dense, 61],
      [image, 62],
    ] as const) {
      let taken = 0;
      let telling = 0;
      const property = fc.property(fc.noBias(cases), (it) => {
        const found = elementsBy(it, [WIDE_WAYS[way]]);
        if (!found) return;
        taken++;
        if (it.result.values.some((value) => value > -32768 && value < 32767 && value !== 0)) telling++;
        expect(found).toEqual(it.result.values.map((value) => value + 0));
      });
      fc.assert(property, { seed, numRuns: runs, endOnFailure: true });
      expect(taken / runs, "taken").toBeGreaterThan(TAKEN[way]);
      expect(telling / taken, "telling").toBeGreaterThan(0.4);
    }
  },
);

/** A dense layer of one channel with such a sum of weights, on the input that is least or greatest for it. */
function bound(sum: number, isLargest: boolean): Experiment {
  const depth = 2 * Math.ceil(sum / 127 / 2);
  const weights = Array.from({ length: depth }, (_, i) => {
    const magnitude = Math.max(0, Math.min(127, sum - 127 * i));
    return i % 3 ? magnitude : -magnitude;
  });
  const values = weights.map((weight) => (weight > 0 === isLargest ? 32767 : -32768));
  const input = { shape: [1, depth], scales: [1], zeroPoint: 0, values };
  const filter = { shape: [1, depth], scales: [1], zeroPoint: 0, values: weights };
  const output = { scale: 70000, zeroPoint: 0 };
  const attributes = { activation: "NONE" as const, keepDims: false };
  const result = fullyConnected(attributes, input, filter, undefined, output, INT16_LONG_SUMS);
  const graph = singleOpGraph(
    "FULLY_CONNECTED",
    attributes,
    [
      { shape: input.shape, dtype: "int16", quantization: perTensor(1, 0) },
      { shape: filter.shape, dtype: "int8", quantization: perTensor(1, 0), values: weights },
      null,
    ],
    [{ shape: result.shape, dtype: "int16", quantization: perTensor(output.scale, 0) }],
  );
  return { graph, input: values, result };
}

test("lanes of 32 bits are used up to their last number", () => {
  const most = Math.floor(2 ** 32 / 65535);
  for (const isLargest of [false, true]) {
    for (const sum of [most - 1, most]) {
      const it = bound(sum, isLargest);
      expect(elementsBy(it, [WIDE_WAYS[1]]), `${sum}`).toEqual(it.result.values);
    }
    const it = bound(most + 1, isLargest);
    expect(elementsBy(it, [WIDE_WAYS[1]])).toBeUndefined();
    expect(elementsBy(it, [WIDE_WAYS[2]])).toEqual(it.result.values);
  }
});

const PLAIN: Numbers = {
  isWide: true,
  activation: "NONE",
  input: { scale: 0.0005, zeroPoint: 0 },
  inputFill: { kind: "random", seed: 3 },
  zeros: 0.5,
  gain: 1,
  isLeast: true,
  weights: {
    perChannel: true,
    scale: 0.01,
    spread: 3,
    zeroPoint: 0,
    fill: { kind: "random", seed: 4 },
    bias: null,
  },
};

test("a large layer is cut into blocks of channels, each a step that is short enough", () => {
  const it = experiment([2, 100], [1200, 100], undefined, PLAIN);
  const lowering = columns(new Node(it.graph, it.graph.ops[0]))!;
  expect(lowering.tiles).toBeGreaterThan(2);
  expect(lowering.cost.longestStep).toBeLessThan(3_000_000);
  expect(elementsOf(lowering, it)).toEqual(it.result.values);
});

test("biases in int32, int16 weights and inputs that are no whole words are left to other forms", () => {
  const it = experiment([1, 8], [6, 8], undefined, {
    ...PLAIN,
    weights: { ...PLAIN.weights, bias: { fill: { kind: "random", seed: 5 }, bits: 4 } },
  });
  const lowered = (shape: readonly number[], weights: object, bias: object) => {
    const tensors = [
      { ...it.graph.tensors[0], shape },
      { ...it.graph.tensors[1], ...weights },
      { ...it.graph.tensors[2], ...bias },
      it.graph.tensors[3],
    ];
    const graph = { ...it.graph, tensors };
    requireValid(graph);
    return columns(new Node(graph, graph.ops[0]));
  };
  expect(lowered([1, 8], {}, {})).toBeDefined();
  expect(lowered([1, 8], {}, { dtype: "int32", data: new Uint8Array(24) })).toBeUndefined();
  expect(lowered([1, 8], { dtype: "int16", data: new Uint8Array(96) }, {})).toBeUndefined();
  expect(
    lowered([1, 7], { shape: [6, 7], data: it.graph.tensors[1].data!.slice(0, 42) }, {}),
  ).toBeUndefined();
});
