/**
 * Garbage collections. XS 13.3 collects when a chunk finds no room at the end of the chunk heap (fxNewChunk in xsMemory.c): it
 * marks what is live, walks all slots, the stack and all chunks, and moves live chunks down over the dead ones before them. A
 * heap that may grow does so by what that chunk still lacks, and no more: so it collects all the time unless it
 * begins with room for garbage.
 */
import { constants } from "./constants.js";
import type { Cost } from "./cost.js";

/** What a piece of work does to a machine's heaps. */
export interface HeapUse {
  /** Bytes of chunks that are allocated and die, headers included. */
  readonly garbageBytes: number;
  /** Bytes of all chunks that live meanwhile: the arena, what the application has, and what the work itself keeps. */
  readonly liveBytes: number;
  /** Bytes of a chunk that dies; those of a typical one if not given. */
  readonly deadBytes?: number;
  /** How many of these chunks come after garbage, so that each collection finds them elsewhere. */
  readonly liveChunks: number;
  /** Elements of arrays, each of which collections look at; none if not given. */
  readonly places?: number;
  /** Their bytes, which collections move; none if not given. */
  readonly movedBytes?: number;
  /** Slots of the stack that the work uses beside the driver's; none if not given. */
  readonly stackSlots?: number;
  /** Slots of the machine's heap, live or not. */
  readonly slots: number;
  /** Bytes of the machine's chunk heap. */
  readonly chunkBytes: number;
}

/** Bytes of a typical chunk, a vector of 62 words. */
const TYPICAL_CHUNK_BYTES = 256;

/** How many collections the work causes, on average. Infinite where live chunks leave no room. */
export function collections({ garbageBytes, liveBytes, chunkBytes }: HeapUse): number {
  if (garbageBytes === 0) return 0;
  return garbageBytes / Math.max(0, chunkBytes - liveBytes);
}

/** Instructions of the collections that the work causes, on average. */
export function collectionCost(use: HeapUse): number {
  const { garbageBytes, liveChunks, places = 0, movedBytes = 0, stackSlots = 0, slots } = use;
  const { deadBytes = TYPICAL_CHUNK_BYTES } = use;
  const { base, slot, stackSlot, liveChunk, place, movedWord, deadChunk } = constants.collection;
  const each =
    base +
    slot * slots +
    stackSlot * stackSlots +
    liveChunk * liveChunks +
    place * places +
    (movedWord * movedBytes) / 4;
  const count = collections(use);
  return count === 0 ? 0 : count * each + (deadChunk * garbageBytes) / deadBytes;
}

/** The heap in which a model runs. */
export interface Heap {
  readonly chunkBytes: number;
  readonly slots: number;
  /** Bytes of chunks that live whatever layer runs: the model's and the application's. */
  readonly liveBytes: number;
}

/** Bytes of chunks and slots where no board is named. */
export const DEFAULT_CHUNK_BYTES = 131_072;
export const DEFAULT_SLOTS = 512;

/** How much of a layer's transient bytes lives on average, where it does not say: inputs all the time, outputs half of it. */
const MEAN_SHARE = 0.75;

/** Instructions for each byte that lives where there is no room for it: more than anything that can be computed takes. */
const NO_ROOM = 1e12;

/**
 * Instructions of the collections that a layer causes, on average. What it makes and keeps is moved by the next collection and
 * then lies still, which is little beside all the others: moving is left out.
 *
 * @param cost the layer's; only `garbageBytes`, `transientBytes`, `live` and `stackSlots` count
 * @param restingBytes of BigInts that wait for other layers meanwhile
 * @returns where all that lives at once does not fit the heap, a figure that is greater than every other and grows with it
 */
export function layerCollections(
  {
    garbageBytes,
    transientBytes,
    live,
    stackSlots,
  }: Pick<Cost, "garbageBytes" | "transientBytes" | "live" | "stackSlots">,
  restingBytes: number,
  { chunkBytes, slots, liveBytes }: Heap,
): number {
  if (garbageBytes === 0) return 0;
  const most = liveBytes + restingBytes + transientBytes;
  if (most >= chunkBytes) return NO_ROOM * most;
  const young = restingBytes + (live?.bytes ?? MEAN_SHARE * transientBytes);
  const typicalBytes = live ? live.bytes / live.chunks : TYPICAL_CHUNK_BYTES;
  const liveChunks = young / typicalBytes;
  return collectionCost({
    garbageBytes,
    deadBytes: typicalBytes,
    liveBytes: liveBytes + young,
    liveChunks,
    places: live?.places ?? liveChunks,
    stackSlots,
    slots,
    chunkBytes,
  });
}
