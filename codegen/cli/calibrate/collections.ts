/** Counts garbage collections in heaps of many kinds. */
import type { Engine } from "../../../boards/engine.js";
import type { HeapUse } from "../../cost/collections.js";
import { chunk } from "../../cost/garbage.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import { SLOT_BYTES } from "../../plan/creation.js";
import { type Fit, fitPrices, type Observation } from "./fit.js";
import { ARENA_BYTES, runLayers } from "./snippets.js";

/** A heap, and what goes on in it. */
export interface Scenario {
  readonly chunkBytes: number;
  readonly slots: number;
  /** Words of each number that turns into garbage. */
  readonly words: number;
  /** How many of these numbers live at once: each collection finds and moves others. */
  readonly young?: number;
  /** Numbers that live all the time, and their words: once at the bottom of the heap they are not moved. */
  readonly old?: number;
  readonly oldWords?: number;
  /** Elements of an array in which there is nothing. */
  readonly places?: number;
  /** Locals of the function that runs. */
  readonly locals?: number;
}

const SCENARIOS: readonly Scenario[] = [
  { chunkBytes: 32768, slots: 600, words: 30 },
  { chunkBytes: 65536, slots: 600, words: 30 },
  { chunkBytes: 98304, slots: 600, words: 100 },
  { chunkBytes: 32768, slots: 600, words: 100 },
  { chunkBytes: 32768, slots: 600, words: 2 },
  { chunkBytes: 65536, slots: 3000, words: 100 },
  { chunkBytes: 32768, slots: 1500, words: 30 },
  { chunkBytes: 65536, slots: 600, words: 50, old: 100, oldWords: 20 },
  { chunkBytes: 65536, slots: 600, words: 50, old: 30, oldWords: 300 },
  { chunkBytes: 65536, slots: 600, words: 80, old: 300 },
  { chunkBytes: 65536, slots: 600, words: 50, young: 100 },
  { chunkBytes: 65536, slots: 600, words: 150, young: 60 },
  { chunkBytes: 65536, slots: 600, words: 10, young: 300 },
  { chunkBytes: 32768, slots: 600, words: 100, young: 10 },
  { chunkBytes: 65536, slots: 600, words: 100, locals: 100 },
  { chunkBytes: 65536, slots: 600, words: 100, places: 300 },
  { chunkBytes: 98304, slots: 600, words: 60, places: 100, young: 60 },
  { chunkBytes: 32768, slots: 600, words: 30, locals: 200 },
  { chunkBytes: 65536, slots: 1000, words: 100, young: 40, old: 60, oldWords: 60, locals: 50 },
];

/** Roughly how many collections each scenario makes. */
const COLLECTIONS = 12;

/** What one collection costs. */
export async function calibrateCollections(engine: Engine, sources: RuntimeSources): Promise<Fit> {
  const observations: Observation[] = [];
  for (const scenario of SCENARIOS) {
    const { use, dead, collections, instructions } = await countCollections(engine, sources, scenario);
    observations.push({
      what: JSON.stringify(scenario),
      counts: {
        base: 1,
        slot: use.slots,
        stackSlot: use.stackSlots,
        liveChunk: use.liveChunks,
        place: use.places,
        movedWord: use.movedBytes / 4,
        deadChunk: dead / collections,
      },
      instructions: instructions / collections,
    });
  }
  return fitPrices(observations);
}

/** A scenario as the cost model sees it, and what it cost. */
export interface Collected {
  readonly use: Required<HeapUse>;
  /** Chunks that died. */
  readonly dead: number;
  readonly collections: number;
  /** Of all collections together. */
  readonly instructions: number;
}

/** Chunks that the driver and a model take beside its arena. */
const DRIVER_BYTES = 80;

/** Runs a scenario. */
export async function countCollections(
  engine: Engine,
  sources: RuntimeSources,
  scenario: Scenario,
): Promise<Collected> {
  const { chunkBytes, slots, words, young = 0, old = 0, oldWords = 1, places = 0, locals = 0 } = scenario;
  const movedBytes = young * chunk(words);
  const elements = young + 1 + old + places;
  const lists = elements * SLOT_BYTES;
  const liveBytes = DRIVER_BYTES + ARENA_BYTES + lists + movedBytes + old * chunk(oldWords);
  const dead = Math.ceil((COLLECTIONS * (chunkBytes - liveBytes)) / chunk(words));
  const layer = { source: { imports: new Map(), text: kernelText(scenario) }, tiles: 1, iterations: dead };
  const machine = { chunkBytes, slots, stackSlots: 512 };
  const { heap, inCollections } = await runLayers(engine, sources, [layer], machine);
  const garbageBytes = dead * chunk(words);
  return {
    use: {
      garbageBytes,
      liveBytes,
      liveChunks: old + young,
      places: elements,
      deadBytes: chunk(words),
      movedBytes,
      stackSlots: locals,
      slots,
      chunkBytes,
    },
    dead,
    collections: heap.collections,
    instructions: inCollections,
  };
}

function kernelText({ words, young = 0, old = 0, oldWords = 1, places = 0, locals = 0 }: Scenario): string {
  const names = Array.from({ length: locals }, (_, i) => `x${i}`);
  return `const V = ${number(words)}; const OLD = ${number(oldWords)}; const ONE = 1n;
export function kernel(memory, layer, tile) {
  ${names.map((name) => `const ${name} = V;`).join(" ")}
  const old = new Array(${old}).fill(0n);
  for (let i = 0; i < ${old}; i++) old[i] = OLD - ONE;
  const nothing = new Array(${places}).fill(0n);
  const young = new Array(${young + 1}).fill(0n);
  let next = 0;
  let count = layer.constants[0];
  do {
    young[next] = V - ONE;
    if (++next > ${young}) next = 0;
  } while (--count);
}
`;
}

function number(words: number): string {
  return `0x7${"6543210f".repeat(words).slice(1)}n`;
}
