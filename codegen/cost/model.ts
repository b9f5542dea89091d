/** What one inference of a whole model takes. */
import { modelMemory, SLOT_BYTES } from "../plan/creation.js";
import type { Plan } from "../plan/plan.js";
import { type Heap, layerCollections } from "./collections.js";
import type { Cost } from "./cost.js";
import { CHUNK_HEADER } from "./garbage.js";

/** A layer's cost, and what lives on beside it. */
export interface LayerUse {
  readonly cost: Cost;
  /** Bytes of BigInts that wait for other layers; none if not given. */
  readonly restingBytes?: number;
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

/** The sum over the layers of a model. */
export function modelCost(layers: readonly LayerUse[], heap: Heap): ModelCost {
  let inCollections = 0;
  let instructions = 0;
  for (const { cost, restingBytes = 0 } of layers) {
    inCollections += layerCollections(cost, restingBytes, heap);
    instructions += cost.instructions;
  }
  return { instructions: instructions + inCollections, inCollections };
}
