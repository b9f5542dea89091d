/** What one inference of a whole model takes. */
import { modelMemory } from "../plan/creation.js";
import type { Plan } from "../plan/plan.js";
import { collectionCost } from "./collections.js";
import type { Cost } from "./cost.js";

/** A layer's cost, and what lives on beside it. */
export interface LayerUse {
  readonly cost: Cost;
  /** Bytes of BigInts that wait for other layers; none if not given. */
  readonly restingBytes?: number;
}

/** The heap in which a model runs. */
export interface Heap {
  readonly chunkBytes: number;
  readonly slots: number;
  /** Bytes of chunks that live whatever layer runs: the model's and the application's. */
  readonly liveBytes: number;
}

export interface ModelCost {
  /** Those of collections included. */
  readonly instructions: number;
  readonly inCollections: number;
}

/** Chunks of a small application: a main module, a driver. */
const APPLICATION_CHUNK_BYTES = 4096;

/** The heap of a machine that runs a plan and little else. */
export function heapOf({ arena, inputs, outputs }: Plan, machine: Pick<Heap, "chunkBytes" | "slots">): Heap {
  const model = modelMemory(arena.bytes, inputs.length, outputs.length);
  const { chunkBytes, slots } = machine;
  return { chunkBytes, slots, liveBytes: model.chunkBytes + APPLICATION_CHUNK_BYTES };
}

/** Bytes of a typical live chunk, a vector of 62 words. */
const LIVE_CHUNK_BYTES = 256;

export function modelCost(layers: readonly LayerUse[], { chunkBytes, slots, liveBytes }: Heap): ModelCost {
  let inCollections = 0;
  let instructions = 0;
  for (const { cost, restingBytes = 0 } of layers) {
    const { garbageBytes, transientBytes, stackSlots } = cost;
    const movedBytes = transientBytes;
    inCollections += collectionCost({
      garbageBytes,
      liveBytes: liveBytes + restingBytes + movedBytes,
      liveChunks: (restingBytes + movedBytes) / LIVE_CHUNK_BYTES,
      movedBytes,
      stackSlots,
      slots,
      chunkBytes,
    });
    instructions += cost.instructions;
  }
  return { instructions: instructions + inCollections, inCollections };
}
