import { describe, expect, test } from "vitest";
import { requireValid } from "../../codegen/graph/validate.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { Network } from "../../runtime/network.js";
import { integers } from "../support/arbitraries.js";
import { perTensor, singleOpGraph, type TensorSpec } from "../support/graph-builder.js";

const int8 = (shape: readonly number[], scale: number, zeroPoint: number): TensorSpec => ({
  shape,
  dtype: "int8",
  quantization: perTensor(scale, zeroPoint),
});

/** A convolution large enough to be cut into several tiles. */
function convolution(): Network {
  const depth = 16;
  const weights: TensorSpec = {
    ...int8([depth, 3, 3, depth], 0.01, 0),
    values: integers({ kind: "random", seed: 7 }, depth * 9 * depth, 0, -127),
  };
  const image = int8([1, 32, 32, depth], 0.05, 3);
  const graph = singleOpGraph(
    "CONV_2D",
    {
      strideHeight: 1,
      strideWidth: 1,
      dilationHeight: 1,
      dilationWidth: 1,
      padding: "SAME",
      activation: "NONE",
    },
    [image, weights, null],
    [int8([1, 32, 32, depth], 0.2, -5)],
  );
  requireValid(graph);
  const network = instantiate(plan(graph));
  network.input.set(integers({ kind: "random", seed: 9 }, 32 * 32 * depth));
  return network;
}

describe("step", () => {
  test("is called as many times as there are tiles, and gives run's output", () => {
    const whole = convolution();
    const expected = [...whole.run()];
    const stepped = convolution();
    const tiles = stepped.plan.layers.reduce((sum, layer) => sum + layer.tiles, 0);
    expect(tiles).toBeGreaterThan(1);
    let steps = 1;
    while (stepped.step()) steps++;
    expect(steps).toBe(tiles);
    expect([...stepped.output]).toEqual(expected);
  });

  test("begins a new run after false", () => {
    const network = convolution();
    const input = [...network.input];
    const expected = [...network.run()];
    network.input.set(input);
    while (network.step());
    expect([...network.output]).toEqual(expected);
  });

  test("is forgotten half-way by run and by reset", () => {
    const network = convolution();
    const input = [...network.input];
    const expected = [...network.run()];
    network.input.set(input);
    network.step();
    expect([...network.run()]).toEqual(expected);
    network.input.set(input);
    network.step();
    expect(network.tile).toBe(1);
    network.reset();
    expect([network.layer, network.tile]).toEqual([0, 0]);
    let steps = 1;
    while (network.step()) steps++;
    expect(steps).toBe(network.plan.layers[0].tiles);
    expect([...network.output]).toEqual(expected);
  });

  test("of a model that computes nothing is the whole run", () => {
    const graph = singleOpGraph("RESHAPE", { newShape: [6] }, [int8([2, 3], 1, 0)], [int8([6], 1, 0)]);
    requireValid(graph);
    const network = instantiate(plan(graph));
    network.input.set([1, 2, 3, 4, 5, 6]);
    expect(network.step()).toBe(false);
    expect([...network.run()]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

test("weights of another length are refused", () => {
  const { plan } = convolution();
  expect(() => new Network(plan, new ArrayBuffer(plan.weightsBytes + 4))).toThrow(RangeError);
});

test("reset gives every variable its initial value", () => {
  const weights = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer;
  const edge = {
    name: "x",
    shape: [1],
    dtype: "int8",
    scale: 1,
    zeroPoint: 0,
    offset: 8,
    length: 1,
  } as const;
  const network = new Network(
    {
      layers: [
        {
          name: "count",
          tiles: 2,
          kernel: ({ int8 }) => {
            int8[0]++;
          },
        },
      ],
      inputs: [edge],
      outputs: [edge],
      variables: [{ name: "state", offset: 0, length: 3, initial: 4 }],
      arenaBytes: 12,
      weightsBytes: 8,
      hasInt16: false,
    },
    weights,
  );
  expect([...network.memory.int8.subarray(0, 4)]).toEqual([5, 6, 7, 0]);
  network.run();
  network.run();
  expect(network.memory.int8[0]).toBe(9);
  network.reset();
  expect([...network.memory.int8.subarray(0, 4)]).toEqual([5, 6, 7, 0]);
});
