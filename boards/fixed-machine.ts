import { type Creation, type Memory, SLOT_BYTES } from "../codegen/plan/creation.js";
import type { Machine } from "./engine.js";

/**
 * The three heaps of a creation, for engines whose heaps do not grow. Where all of them share a block, XS gives it to
 * slots in steps and to chunks as they are needed: here slots get what the model takes and as many again as an
 * application begins with, the stack its own, and chunks the rest.
 */
export function fixedMachine({ static: block, chunk, heap, stack }: Creation, model: Memory): Machine {
  if (block === 0) return { chunkBytes: chunk.initial, slots: heap.initial, stackSlots: stack };
  const slots = heap.initial + Math.ceil(model.slots / 64) * 64;
  return { chunkBytes: block - (slots + stack) * SLOT_BYTES, slots, stackSlots: stack };
}
