/** What follows a convolution in a layer of planes, on a board: its bits, and what it is said to cost. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { plan } from "../../codegen/plan/plan.js";
import { integers } from "../support/arbitraries.js";
import { observed } from "../support/observed.js";
import { expectPredicted } from "../support/predicted.js";
import { Builder, type Made, padded } from "./planes-graphs.js";
import { weights } from "./small-cnn.js";

const sources = await runtimeSources();
const machine = { chunkBytes: 96 * 1024, slots: 512, stackSlots: 512 };

function convolution(builder: Builder, input: Made, stride: number, padding: "SAME" | "VALID", size: number) {
  const strides = { strideHeight: stride, strideWidth: stride };
  const attributes = { ...strides, dilationHeight: 1, dilationWidth: 1, padding, activation: "NONE" };
  const filters = [8, 3, 3, input.shape[3]];
  return builder.weighted("CONV_2D", attributes, input, filters, 0, [1, size, size, 8], weights(3, -10));
}

function pool(kind: "MAX_POOL_2D" | "AVERAGE_POOL_2D", size: number, padding: "SAME" | "VALID") {
  const filter = { filterHeight: size, filterWidth: size, strideHeight: 2, strideWidth: 2 };
  const attributes = { ...filter, padding, activation: "NONE" };
  return (builder: Builder, x: Made) => builder.op(kind, attributes, [x.id], [1, 10, 10, 8], x);
}

const STAGES: readonly [string, (builder: Builder, x: Made) => Made][] = [
  ["RELU", (b, x) => b.op("RELU", {}, [x.id], x.shape, { scale: x.scale * 0.9, zeroPoint: -128 })],
  ["RELU6", (b, x) => b.op("RELU6", {}, [x.id], x.shape, x)],
  [
    "LEAKY_RELU",
    (b, x) => b.op("LEAKY_RELU", { alpha: 0.1 }, [x.id], x.shape, { scale: x.scale * 0.9, zeroPoint: -20 }),
  ],
  ["MAX_POOL_2D 2×2", pool("MAX_POOL_2D", 2, "VALID")],
  ["MAX_POOL_2D 3×3 with padding", pool("MAX_POOL_2D", 3, "SAME")],
  ["AVERAGE_POOL_2D 2×2", pool("AVERAGE_POOL_2D", 2, "VALID")],
  ["AVERAGE_POOL_2D 3×3 with padding", pool("AVERAGE_POOL_2D", 3, "SAME")],
  [
    "PAD and a convolution with a stride",
    (b, x) => convolution(b, padded(b, x, [1, 1, 1, 1]), 2, "VALID", 10),
  ],
];

it.each(STAGES)("%s after a convolution is computed in planes, as predicted", async (_, stage) => {
  const builder = new Builder();
  const input = builder.make([1, 20, 20, 2], 0.02, -5);
  const output = stage(builder, convolution(builder, input, 1, "SAME", 20));
  const { tensors, ops } = builder;
  const graph = { name: "stage", tensors, ops, inputs: [input.id], outputs: [output.id], variables: [] };
  const values = integers({ kind: "random", seed: 1 }, 800, -5);
  const planned = plan(graph);
  expect(planned.layers.every(({ form }) => form === "planes")).toBe(true);
  const { vectors, counters } = await rv32Engine.run({
    artifact: emit(planned, "stage", sources),
    module: "stage",
    vectors: [[Uint8Array.from(values)]],
    machine,
  });
  const expected = observed(plan(graph, { forms: [], observable: true }), values).get(output.id)!;
  expect([...vectors[0].outputs[0]]).toEqual([...expected]);
  expectPredicted({ graph, plan: planned }, [Uint8Array.from(values)], counters, machine);
});
