/** What one inference of a whole model takes. */
import { modelMemory, SLOT_BYTES } from "../plan/creation.js";
import type { Plan } from "../plan/plan.js";
import { collectionCost } from "./collections.js";
import type { Cost } from "./cost.js";
import { CHUNK_HEADER } from "./garbage.js";

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

/** The heap of a machine that runs a plan and nothing else. */
export function heapOf(
  { arena, inputs, outputs, planes }: Plan,
  { chunkBytes, slots }: Pick<Heap, "chunkBytes" | "slots">,
): Heap {
  const model = modelMemory(arena.bytes, inputs.length, outputs.length);
  return { chunkBytes, slots, liveBytes: model.chunkBytes + CHUNK_HEADER + planes * SLOT_BYTES };
}

/** Bytes of a typical live chunk, a vector of 62 words. */
const LIVE_CHUNK_BYTES = 256;

/** How much of a layer's transient bytes lives on average: its inputs all the time, its outputs half of it. */
const MEAN_SHARE = 0.75;

/**
 * The sum over the layers of a model. What they make and keep is moved by the next collection and then lies still, which is
 * little beside all the others: moving is left out.
 */
export function modelCost(layers: readonly LayerUse[], { chunkBytes, slots, liveBytes }: Heap): ModelCost {
  let inCollections = 0;
  let instructions = 0;
  for (const { cost, restingBytes = 0 } of layers) {
    const { garbageBytes, transientBytes, stackSlots } = cost;
    const young = restingBytes + MEAN_SHARE * transientBytes;
    const liveChunks = young / LIVE_CHUNK_BYTES;
    const use = { garbageBytes, liveBytes: liveBytes + young, liveChunks, stackSlots, slots, chunkBytes };
    inCollections += collectionCost(use);
    instructions += cost.instructions;
  }
  return { instructions: instructions + inCollections, inCollections };
}
