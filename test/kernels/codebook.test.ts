/** Layers with a codebook against the same with weights as bytes: random layers, element by element. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { codebookOf } from "../../codegen/kernels/codebook/pack.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { type Plan, plan } from "../../codegen/plan/plan.js";
import { unpackFilter } from "../../runtime/codebook.js";
import type { Memory } from "../../runtime/layer.js";
import { guarded } from "../support/guarded-memory.js";
import { isValid } from "../support/valid.js";
import { codebookCase } from "./codebook-cases.js";
import { codebookPlan } from "./codebook-plan.js";
import "../support/seed.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

const RUNS = 1500;

/** The outputs of two runs, of which the second must not depend on what the first has left. */
function outputs(planned: Plan, values: readonly number[]): number[][] {
  const network = instantiate(planned);
  Object.assign(network, { memory: guarded(network.memory, planned) });
  return [values, values.toReversed()].map((input) => {
    network.inputs[0].data.set(input);
    network.run();
    return Array.from(network.outputs[0].data);
  });
}

it(`${RUNS} random layers have the same outputs as with weights as bytes`, () => {
  const kernels = new Map<string, number>();
  let [inTiles, inBlocks] = [0, 0];
  const property = fc.property(fc.noBias(codebookCase), ({ graph, values }) => {
    if (!isValid(graph)) return;
    const planned = codebookPlan(graph);
    const [{ form, code, tiles, parameters }] = planned.layers;
    if (form !== "codebook") return;
    expect(outputs(planned, values)).toEqual(outputs(plan(graph, { forms: [] }), values));
    const name = "kernel" in code ? code.kernel.name : "";
    kernels.set(name, (kernels.get(name) ?? 0) + 1);
    if (tiles > 1) inTiles++;
    if (Number(parameters.blockChannels) < Number(parameters.outputDepth)) inBlocks++;
  });
  fc.assert(property, { numRuns: RUNS });
  for (const kernel of ["Conv2d", "Conv2d16", "FullyConnected", "FullyConnected16"])
    expect(kernels.get(`codebook${kernel}`), kernel).toBeGreaterThan(0.1 * RUNS);
  expect(inTiles).toBeGreaterThan(0.1 * RUNS);
  expect(inBlocks).toBeGreaterThan(0.02 * RUNS);
});

describe("codebookOf", () => {
  const filters = (count: number, length: number, values: number) =>
    Int8Array.from({ length: count * length }, (_, i) => ((i * 7 + (i >> 3)) % values) - (values >> 1));

  it.each([1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 64])("%i values: each weight comes back", (values) => {
    const [count, length] = [20, 61];
    const weights = filters(count, length, values);
    const book = codebookOf(weights, count)!;
    expect([...book.values]).toEqual([...new Set(weights)].sort((a, b) => a - b));
    expect(2 ** book.indexBits).toBeGreaterThanOrEqual(values);
    const memory = {
      int8: new Int8Array(length + 2).fill(99),
      weights8: book.values,
      weights32: book.words,
    } as unknown as Memory;
    for (let filter = 0; filter < count; filter++) {
      unpackFilter(memory, { ...book, weights: 0, indexes: 0 } as never, filter, 1, length);
      const own = weights.slice(filter * length, (filter + 1) * length);
      expect([...memory.int8]).toEqual([99, ...own, 99]);
    }
  });

  it("takes half for 16 values, and is none where bytes take no more", () => {
    const book = codebookOf(filters(8, 64, 16), 8)!;
    expect(book.words.byteLength + book.values.length).toBe(8 * 32 + 16);
    expect(codebookOf(filters(8, 64, 65), 8)).toBeUndefined();
    // Filters of 3 weights take a word each.
    expect(codebookOf(filters(50, 3, 4), 50)).toBeUndefined();
    expect(codebookOf(filters(2, 20, 40), 2)).toBeUndefined();
  });
});
