/** Kernels with lanes over output channels against the reference, in every way that lanes can be laid out. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { requireValid } from "../../codegen/graph/validate.js";
import { columns, WAYS } from "../../codegen/kernels/columns/index.js";
import { evaluateKernel } from "../../codegen/kernels/generated.js";
import { Node } from "../../codegen/ops/node.js";
import { Refusal } from "../../codegen/problems/problem.js";
import type { PlacedLayer } from "../../runtime/layer.js";
import { padding, size } from "../support/arbitraries.js";
import { memoryOf } from "../support/memory.js";
import { type Experiment, experiment, numbers } from "./columns-case.js";

/** The elements that a kernel gives, in an arena full of other things; undefined where the form does not suit. */
function run({ graph, input, result }: Experiment, way: number): number[] | undefined {
  try {
    requireValid(graph);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
  const lowering = columns(new Node(graph, graph.ops[0]), [WAYS[way]]);
  if (!lowering) return undefined;
  const [from, to] = [8, 8 + Math.ceil(input.length / 4) * 4 + 4];
  const memory = memoryOf(to + result.values.length + 8);
  memory.uint8.fill(0xa5);
  const before = memory.int8.slice();
  memory.int8.set(input, from);
  const layer: PlacedLayer = {
    name: "",
    kernel: evaluateKernel(lowering.source),
    tiles: lowering.tiles,
    inputs: [from],
    outputs: [to],
    constants: [],
  };
  for (let tile = 0; tile < layer.tiles; tile++) layer.kernel(memory, layer, tile);
  const found = Array.from(memory.int8.subarray(to, to + result.values.length));
  const end = to + found.length;
  expect(memory.int8.slice(end)).toEqual(before.slice(end));
  expect(Array.from(memory.int8.slice(from, from + input.length))).toEqual(Array.from(input));
  return found;
}

const dense = fc
  .record({ rows: size(2), depth: size(24), channels: size(40), numbers })
  .map(({ rows, depth, channels, numbers }) =>
    experiment([rows, 4 * depth], [channels, 4 * depth], undefined, numbers),
  );

const image = fc
  .record({
    shape: fc.tuple(size(2), size(4), size(4), size(3)),
    kernel: fc.tuple(size(3), size(3)),
    channels: size(20),
    attributes: fc.record({
      strideHeight: size(3),
      strideWidth: size(3),
      dilationHeight: size(2),
      dilationWidth: size(2),
      padding,
    }),
    numbers,
  })
  .filter(
    ({ shape, kernel, attributes: { padding, dilationHeight, dilationWidth } }) =>
      padding === "SAME" ||
      ((kernel[0] - 1) * dilationHeight < shape[1] && (kernel[1] - 1) * dilationWidth < shape[2]),
  )
  .map(({ shape: [batches, height, width, depth], kernel, channels, attributes, numbers }) =>
    experiment([batches, height, width, 4 * depth], [channels, ...kernel, 4 * depth], attributes, numbers),
  );

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
