/** Collections in heaps that no price was fitted on, counted. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { countCollections, type Scenario } from "../../codegen/cli/calibrate/collections.js";
import { runLayers } from "../../codegen/cli/calibrate/snippets.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { collectionCost, collections, layerCollections } from "../../codegen/cost/collections.js";

const sources = await runtimeSources();

const SCENARIOS: readonly Scenario[] = [
  { chunkBytes: 49_152, slots: 900, words: 60 },
  { chunkBytes: 24_576, slots: 700, words: 16, young: 40 },
  { chunkBytes: 98_304, slots: 1152, words: 110, young: 80, old: 40, oldWords: 110, locals: 70 },
  { chunkBytes: 81_920, slots: 2000, words: 40, old: 150, oldWords: 40 },
  { chunkBytes: 40_960, slots: 512, words: 200, young: 15, locals: 120 },
  { chunkBytes: 65_536, slots: 600, words: 20, young: 200, old: 100 },
  { chunkBytes: 49_152, slots: 800, words: 70, young: 30, places: 250, locals: 40 },
];

it.each(SCENARIOS)("collections are predicted within 15 per cent: %j", async (scenario) => {
  const { use, collections: counted, instructions } = await countCollections(rv32Engine, sources, scenario);
  expect(Math.abs(collections(use) - counted)).toBeLessThan(1.5);
  const perCollection = collectionCost(use) / collections(use);
  expect(Math.abs(perCollection / (instructions / counted) - 1)).toBeLessThan(0.15);
});

/** Adds 20,000 times to a number of 40 words. */
const ADDING = {
  source: {
    imports: new Map(),
    text: `const V = 0x7${"6543210f".repeat(40).slice(1)}n; const ONE = 1n;
export function kernel() { let r; let count = 20000; do r = V + ONE; while (--count); }`,
  },
  tiles: 1,
  iterations: 1,
};

it("a chunk heap that grows as needed collects all the time, one that begins large does not", async () => {
  const count = async (chunkBytes: number): Promise<number> => {
    const block = { bytes: 120_000, chunkIncrement: 512, slotIncrement: 64 };
    const machine = { chunkBytes, slots: 512, stackSlots: 384, block };
    const { heap } = await runLayers(rv32Engine, sources, [ADDING], machine);
    return heap.collections;
  };
  expect(await count(1536)).toBeGreaterThan(3000);
  expect(await count(65_536)).toBeLessThan(100);
});

it("what does no garbage costs no collection, and what leaves no room costs more than can be paid", () => {
  const use = { liveBytes: 50_000, liveChunks: 10, slots: 1000, chunkBytes: 50_000 };
  expect(collectionCost({ ...use, garbageBytes: 0 })).toBe(0);
  expect(collectionCost({ ...use, garbageBytes: 1 })).toBe(Number.POSITIVE_INFINITY);
});

it("a layer's collections grow with what lives beside it, beyond the heap's end, too", () => {
  const layer = { garbageBytes: 1e6, transientBytes: 20_000, stackSlots: 200 };
  const heap = { chunkBytes: 65_536, slots: 512, liveBytes: 1000 };
  const costs = [0, 20_000, 44_000, 45_000, 90_000].map((it) => layerCollections(layer, it, heap));
  expect(costs[0]).toBeGreaterThan(0);
  expect(costs).toEqual([...costs].sort((a, b) => a - b));
  expect(new Set(costs).size).toBe(costs.length);
  expect(layerCollections({ ...layer, garbageBytes: 0 }, 90_000, heap)).toBe(0);
});
