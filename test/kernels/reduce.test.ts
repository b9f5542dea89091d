/** MEAN and AVERAGE_POOL_2D of whole images with lanes over channels: their bits, and what they are said to cost. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { averagePool2d, mean } from "../reference/reduction.js";
import {
  activation,
  type Filling,
  factor,
  filling,
  int8Output,
  int8Tensor,
  int32Constant,
  padding,
  quantization,
  size,
  zeroPoint,
} from "../support/arbitraries.js";
import { singleOpGraph } from "../support/graph-builder.js";
import { isValid } from "../support/valid.js";

vi.mock("../../codegen/plan/choose.js", async () => {
  const { choose } = await import("./columns-forms.js");
  return { chooseForms: choose };
});

interface Experiment {
  readonly graph: Graph;
  readonly input: readonly number[];
  readonly values: readonly number[];
}

type Scale = { readonly scale: number; readonly zeroPoint: number };
type Activation = typeof activation extends fc.Arbitrary<infer T> ? T : never;

function meanOf(
  shape: readonly number[],
  from: Scale,
  to: Scale,
  fill: Filling,
  keepDims: boolean,
): Experiment {
  const { values: input, ...spec } = int8Tensor(shape, from, fill);
  const result = mean({ keepDims }, { ...spec, values: input }, [1, 2], to);
  const output = { ...int8Output(result, to), shape: result.shape };
  const graph = singleOpGraph("MEAN", { keepDims }, [spec, int32Constant([1, 2])], [output]);
  return { graph, input, values: result.values };
}

function poolOf(
  shape: readonly number[],
  quantization: Scale,
  fill: Filling,
  activation: Activation,
  padding: "SAME" | "VALID",
): Experiment {
  const { values: input, ...spec } = int8Tensor(shape, quantization, fill);
  const [, filterHeight, filterWidth] = shape;
  const [strideHeight, strideWidth] = padding === "SAME" ? [filterHeight, filterWidth] : [1, 1];
  // With padding, a window may be larger than the image.
  const more = padding === "SAME" ? 4 : 0;
  const window = { filterHeight: filterHeight + more, filterWidth: filterWidth + more };
  const attributes = { ...window, strideHeight, strideWidth, padding, activation };
  const result = averagePool2d(attributes, { ...spec, values: input }, quantization);
  const output = { ...int8Output(result, quantization), shape: result.shape };
  const graph = singleOpGraph("AVERAGE_POOL_2D", attributes, [spec], [output]);
  return { graph, input, values: result.values };
}

const shapes = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(size(9), size(9), size(12)) },
  { weight: 1, arbitrary: fc.tuple(size(20, 15), size(20, 15), size(3)) },
  { weight: 1, arbitrary: fc.tuple(size(3), size(3), size(90, 60)) },
);
const image = shapes.map(([height, width, words]) => [1, height, width, 4 * words]);

const means = fc
  .record({
    shape: image,
    from: quantization,
    gain: fc.oneof(factor(-2, 2), fc.constant(1), factor(-33, 8)),
    zeroPoint,
    fill: filling,
    keepDims: fc.boolean(),
  })
  .map(({ shape, from, gain, zeroPoint, fill, keepDims }) =>
    meanOf(shape, from, { scale: Math.fround(from.scale / gain), zeroPoint }, fill, keepDims),
  );

const pools = fc
  .record({ shape: image, quantization, fill: filling, activation, padding })
  .map((it) => poolOf(it.shape, it.quantization, it.fill, it.activation, it.padding));

/** What is not taken: factors that no multiplier of so few bits fits, and those that the compiler refuses. */
it.each([
  ["MEAN", means, 0.75, 61],
  ["AVERAGE_POOL_2D", pools, 0.99, 62],
] as const)("%s: random images give the reference's elements", (_, cases, least, seed) => {
  const runs = 300;
  let [taken, telling] = [0, 0];
  const property = fc.property(fc.noBias(cases), ({ graph, input, values }) => {
    if (!isValid(graph)) return;
    const planned = plan(graph);
    if (planned.layers[0].form !== "columns") return;
    taken++;
    if (values.some((value) => value > -128 && value < 127)) telling++;
    const network = instantiate(planned);
    network.inputs[0].data.set(input);
    network.run();
    expect(Array.from(network.outputs[0].data)).toEqual(values.map((value) => value + 0)); // no −0
  });
  fc.assert(property, { seed, numRuns: runs });
  expect(taken / runs, "taken").toBeGreaterThan(least);
  expect(telling / taken, "telling").toBeGreaterThan(0.5);
});

/** Every sum that a channel may have, one channel each, is rounded as the reference says. */
it.each([2, 4, 6, 9, 16])("the average of %i positions is exact for every sum", (positions) => {
  const channels = 4 * Math.ceil((255 * positions + 1) / 4);
  const quantization = { scale: 0.5, zeroPoint: 0 };
  const { graph } = poolOf([1, positions, 1, channels], quantization, RANDOM, "NONE", "VALID");
  const planned = plan(graph);
  expect(planned.layers[0].form).toBe("columns");
  const network = instantiate(planned);
  const sums = Array.from({ length: channels }, (_, o) => Math.min(o, 255 * positions) - 128 * positions);
  for (let at = 0; at < positions; at++)
    for (const [o, sum] of sums.entries())
      network.inputs[0].data[at * channels + o] = Math.floor((sum + at) / positions);
  network.run();
  const half = positions >> 1;
  const expected = sums.map((sum) => Math.trunc((sum > 0 ? sum + half : sum - half) / positions) + 0);
  expect(Array.from(network.outputs[0].data)).toEqual(expected);
});

const RANDOM: Filling = { kind: "random", seed: 5 };
const LEAST: Filling = { kind: "minimum", seed: 6 };
const FROM = { scale: 0.1, zeroPoint: -7 };
const TO = { scale: 0.04, zeroPoint: 11 };

const CASES: readonly [title: string, Experiment][] = [
  ["MEAN 4 × 4 × 64", meanOf([1, 4, 4, 64], FROM, TO, RANDOM, false)],
  ["MEAN 7 × 7 × 32", meanOf([1, 7, 7, 32], FROM, TO, RANDOM, true)],
  ["MEAN 20 × 20 × 8, 32-bit lanes", meanOf([1, 20, 20, 8], FROM, TO, RANDOM, true)],
  ["AVERAGE_POOL_2D 3 × 3 × 256", poolOf([1, 3, 3, 256], FROM, RANDOM, "NONE", "VALID")],
  ["AVERAGE_POOL_2D 8 × 8 × 4", poolOf([1, 8, 8, 4], FROM, RANDOM, "RELU6", "VALID")],
  ["AVERAGE_POOL_2D 2 × 1 × 12", poolOf([1, 2, 1, 12], FROM, RANDOM, "RELU", "SAME")],
];

/** Whose sums are 0 in all lanes: BigInts without a word, and cheaper than what is predicted. */
const NOTHING: (typeof CASES)[number] = [
  "MEAN of nothing but −128",
  meanOf([1, 5, 5, 16], FROM, TO, LEAST, true),
];

async function run(engine: typeof xsEngine, { graph, input, values }: Experiment) {
  const planned = plan(graph);
  expect(planned.layers[0].form).toBe("columns");
  const artifact = emit(planned, "single", await runtimeSources());
  const vectors = [[Uint8Array.from(input)]];
  const { vectors: found, counters } = await engine.run({ artifact, module: "single", vectors });
  expect([...found[0].outputs[0]]).toEqual(values.map((value) => value & 255));
  return { counters, cost: planned.layers[0].cost };
}

it.each([...CASES, NOTHING])("%s gives the reference's bits under XS on this computer", async (_, it) => {
  await run(xsEngine, it);
});

it.each(CASES)("%s costs within 10 per cent of what is predicted", async (_, it) => {
  const { counters, cost } = await run(rv32Engine, it);
  const [{ instructions, inCollections }] = counters.layers!;
  const counted = instructions - inCollections;
  expect(Math.abs(cost.instructions / counted - 1), `${cost.instructions} for ${counted}`).toBeLessThan(0.1);
});
