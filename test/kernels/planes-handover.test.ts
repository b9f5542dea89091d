/** Two layers that look at the same phases of an input, against rolled loops: a shortcut, a branch beside it, and their sum. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { elements } from "../../codegen/graph/graph.js";
import type { Rest, Way } from "../../codegen/kernels/planes/ways.js";
import { integers, quantization, size } from "../support/arbitraries.js";
import { isValid } from "../support/valid.js";
import { expectAsRolled } from "./as-rolled.js";
import { Builder, type Made, type PlanesModel, planesCase, windowed } from "./planes-graphs.js";

/** How many layers kept phases, and how many each time. */
const handed = vi.hoisted(() => ({ layers: 0, phases: new Set<number>(), choices: 0 }));

vi.mock("../../codegen/plan/choose.js", () => import("./planes-forms.js"));
vi.mock("../../codegen/kernels/planes/ways.js", () => {
  const pick = <T>(all: readonly T[]): T => all[(handed.choices++ * 7) % all.length];
  return {
    isWide: () => false,
    cheapestRest: (rests: readonly Rest[]) => pick(rests),
    cheapestWay: (ways: readonly Way[]) => ways[0],
  };
});
vi.mock("../../codegen/kernels/planes/handover.js", async (original) => {
  const actual = await original<typeof import("../../codegen/kernels/planes/handover.js")>();
  return {
    ...actual,
    handOver(...given: Parameters<typeof actual.handOver>) {
      const found = actual.handOver(...given);
      if (found) handed.layers++;
      if (found) handed.phases.add(found.kept.size);
      return found;
    },
  };
});

const kernel = fc.constantFrom<readonly [number, number]>([1, 1], [3, 3], [2, 2], [3, 1], [1, 3], [5, 5]);

const blockCase = fc.record({
  given: planesCase,
  height: fc.oneof(size(12, 2), fc.constantFrom(4, 8, 16)),
  width: size(12, 2),
  quantization,
  outputs: size(6),
  stride: fc.constantFrom(2, 2, 2, 3),
  kernels: fc.tuple(kernel, kernel),
});

type Block = typeof blockCase extends fc.Arbitrary<infer T> ? T : never;

/** A convolution, and behind it two beside each other whose outputs are added up. */
function blockModel({ given, height, width, quantization, outputs, stride, kernels }: Block): PlanesModel {
  const builder = new Builder();
  const { scale, zeroPoint } = quantization;
  const input = builder.make([1, height, width, 2], scale, zeroPoint);
  const [first, second = first, third = second] = given.convolutions;
  const convolve = (from: Made, kernel: readonly [number, number], by: number, it: typeof first): Made => {
    const [, rows, columns, depth] = from.shape;
    const strides = { strideHeight: by, strideWidth: by, dilationHeight: 1, dilationWidth: 1 };
    const attributes = { ...strides, padding: "SAME", activation: it.activation };
    const [high, wide] = kernel;
    const shape = [1, windowed(rows, high, by, 1, "SAME"), windowed(columns, wide, by, 1, "SAME"), outputs];
    return builder.weighted("CONV_2D", attributes, from, [outputs, ...kernel, depth], 0, shape, it.weights);
  };
  const before = convolve(input, [3, 3], 1, first);
  const shortcut = convolve(before, kernels[0], stride, second);
  const branch = convolve(before, kernels[1], stride, third);
  const sum = builder.op("ADD", { activation: "RELU" }, [branch.id, shortcut.id], branch.shape, {
    scale: Math.fround(Math.max(branch.scale, shortcut.scale)),
    zeroPoint: 0,
  });
  const { tensors, ops } = builder;
  const graph = { name: "block", tensors, ops, inputs: [input.id], outputs: [sum.id], variables: [] };
  return { graph, input: integers(given.fill, elements(input.shape), zeroPoint) };
}

const RUNS = 150;

it(`${RUNS} random blocks with a stride have the same tensors in planes as in loops`, () => {
  let refused = 0;
  const property = fc.property(fc.noBias(blockCase), (it) => {
    const model = blockModel(it);
    if (!isValid(model.graph)) {
      refused++;
      return;
    }
    expectAsRolled(model);
  });
  fc.assert(property, { seed: 23, numRuns: RUNS });
  expect(refused).toBeLessThan(0.1 * RUNS);
  // Each graph is planned twice.
  expect(handed.layers).toBeGreaterThan(RUNS);
  expect([...handed.phases].sort()).toEqual(expect.arrayContaining([1, 2, 4]));
});
