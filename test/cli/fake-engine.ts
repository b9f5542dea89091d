import type { Engine, Job } from "../../boards/engine.js";

/** Gives back its inputs as outputs, and counts what a test says. */
export interface FakeEngine extends Engine {
  /** Instructions of each layer and step; change it as a new compiler would. */
  instructionsPerLayer: number;
  /** Live chunk bytes beside the arena. */
  chunkBytes: number;
  /** What it was asked to run. */
  readonly jobs: Job[];
}

export function fakeEngine(name: string): FakeEngine {
  const engine: FakeEngine = {
    name,
    about: "for tests",
    instructionsPerLayer: 5000,
    chunkBytes: 1000,
    jobs: [],
    async run(job) {
      engine.jobs.push(job);
      const plan = JSON.parse(new TextDecoder().decode(job.artifact.get("plan.json")));
      const steps = job.vectors.reduce((sum, vector) => sum + vector.length, 0);
      const instructions = engine.instructionsPerLayer * steps;
      const layersOf = (instructions: number) =>
        plan.layers.map(() => ({
          instructions,
          inCollections: instructions / 10,
          longestStep: engine.instructionsPerLayer,
        }));
      const layers = layersOf(instructions);
      const sum = layers.length * instructions;
      const live = { liveChunkBytes: engine.chunkBytes, liveSlots: 100, collections: 2 };
      return {
        vectors: job.vectors.map((vector) => ({
          outputs: [...vector],
          trace: new Map<number, Uint8Array>(),
          layers: layersOf(engine.instructionsPerLayer * vector.length),
        })),
        counters: {
          instructions: sum,
          inCollections: sum / 10,
          layers,
          heap: {
            slotBytes: 16,
            peakChunkBytes: engine.chunkBytes + 500,
            peakSlots: 120,
            peakStackSlots: 40,
            builtinChunkBytes: 0,
            builtinSlots: 28,
            builtinStackSlots: 20,
            loadedChunkBytes: engine.chunkBytes,
            loadedSlots: 100,
            ...live,
          },
          flash: {
            bytecodeBytes: 3000,
            constantBytes: 200,
            frozenSlots: 0,
            frozenChunkBytes: 0,
            modelFrozenBytes: 40,
          },
        },
      };
    },
  };
  return engine;
}
