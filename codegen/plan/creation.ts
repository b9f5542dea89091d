/** What a model asks of the XS machine that runs it, in the terms of a Moddable manifest. */
import { constants } from "../cost/constants.js";
import { CHUNK_HEADER } from "../cost/garbage.js";
import { learningBytes, trainingMemory } from "../training/memory.js";
import type { Plan, PlannedLayer } from "./plan.js";

/** `creation` of a Moddable manifest: documentation/tools/manifest.md of the Moddable SDK. */
export interface Creation {
  /** Bytes of one block that chunks, slots and stack share, growing in it as needed; 0: a block for each of them. */
  readonly static: number;
  /** Bytes. Where `static` is 0 and `incremental` is 0, the heap is of this size for good. */
  readonly chunk: { readonly initial: number; readonly incremental: number };
  /** Slots. */
  readonly heap: { readonly initial: number; readonly incremental: number };
  /** Slots. */
  readonly stack: number;
}

/** Bytes of a slot on a 32-bit chip: sizeof(txSlot). */
export const SLOT_BYTES = 16;

/** Live memory, in a machine's three heaps. */
export interface Memory {
  readonly chunkBytes: number;
  readonly slots: number;
  readonly stackSlots: number;
  /** Whether running the model makes garbage, so that chunks need more room than what lives. */
  readonly isCollected: boolean;
}

/** What the layers of a model take beside the arena. */
export interface LayersUse {
  /** Places of `memory.planes`, and bytes of BigInts, a layer's own and those at rest: of that which takes most of both. */
  readonly planes: number;
  readonly laneBytes: number;
  /** Of that which takes most. */
  readonly stackSlots: number;
  /** Whether there are views of 16-bit elements. */
  readonly hasInt16: boolean;
}

const ROLLED: LayersUse = {
  planes: 0,
  laneBytes: 0,
  stackSlots: constants.rolledStackSlots,
  hasInt16: false,
};

/**
 * What running a model takes, beside the application; the peak. Rolled layers allocate nothing after construction.
 * Counted under XS, as the difference between an application with five instances and one with a single one
 * (`npx vitest run test/boards/machine.test.ts` counts again): an instance of a model with one input and one output takes
 * 79 slots, 8 more with views of 16-bit elements, and each further one 11; its chunks are the arena and two lists. Layers,
 * names and shapes are preloaded, which costs no RAM.
 */
export function modelMemory(
  arenaBytes: number,
  inputs: number,
  outputs: number,
  { planes, laneBytes, stackSlots, hasInt16 }: LayersUse = ROLLED,
): Memory {
  const list = (length: number) => CHUNK_HEADER + length * SLOT_BYTES;
  const lanes = planes > 0 ? list(planes) : 0;
  return {
    chunkBytes: arenaBytes + CHUNK_HEADER + list(inputs) + list(outputs) + lanes + laneBytes,
    slots: 57 + (hasInt16 ? 8 : 0) + 11 * (inputs + outputs),
    stackSlots: stackSlots + CALLER_SLOTS,
    isCollected: laneBytes > 0,
  };
}

/** The objects of weights in RAM: a buffer, its views, and the memory that layers are given in place of the other. */
const HOT_SLOTS = 22;
const HOT_INT16_SLOTS = 4;

/** What running a planned model takes. */
export function memoryOfPlan(plan: Plan): Memory {
  const { arena, inputs, outputs, layers, planes, hasInt16, hot, training } = plan;
  // A layer makes the list as long as it needs.
  const uses = layers.map(({ restingBytes, cost }: PlannedLayer) => ({
    planes: cost.live?.places ?? planes,
    laneBytes: restingBytes + cost.transientBytes,
  }));
  const bytes = (use: (typeof uses)[number]) => use.laneBytes + SLOT_BYTES * use.planes;
  if (training) uses.push({ planes: 0, laneBytes: learningBytes(training) });
  const most = uses.reduce((a, b) => (bytes(b) > bytes(a) ? b : a), { planes: 0, laneBytes: 0 });
  const stackSlots = Math.max(0, ...layers.map(({ cost }) => cost.stackSlots));
  const memory = modelMemory(arena.bytes, inputs.length, outputs.length, { ...most, stackSlots, hasInt16 });
  if (!hot || hot.bytes === 0) return memory;
  const learned = training ? trainingMemory(training) : { chunkBytes: 0, slots: 0 };
  return {
    ...memory,
    chunkBytes: memory.chunkBytes + CHUNK_HEADER + hot.bytes + learned.chunkBytes,
    slots: memory.slots + HOT_SLOTS + (hasInt16 ? HOT_INT16_SLOTS : 0) + learned.slots,
  };
}

/**
 * The frames that call a layer, built-ins included: hello_world_int8 has 104, mcunet_vww 114 (`xsnn run … --engine qemu-rv32`
 * prints the peak of the stack).
 */
const CALLER_SLOTS = 120;

/** Bytes of RAM that a machine takes. */
export function creationBytes({ static: block, chunk, heap, stack }: Creation): number {
  return block || chunk.initial + (heap.initial + stack) * SLOT_BYTES;
}

/** What an application keeps of its target's default machine when a model moves in, as a fraction. */
const APPLICATION_SHARE = 1 / 3;

/** The most of a chunk heap that may live where garbage is made: with less room, collections take most of the time. */
export const MOST_LIVE = 0.6;

/** `byDefault` where it leaves the application a third of itself beside the model; else a machine that does. */
export function creationFor(model: Memory, byDefault: Creation): Creation {
  const stack = Math.max(byDefault.stack, model.stackSlots);
  const grown = (live: number, initial: number, unit: number) =>
    Math.max(initial, roundUp(live + initial * APPLICATION_SHARE, unit));
  const chunkBytes = model.isCollected ? model.chunkBytes / MOST_LIVE : model.chunkBytes;
  if (byDefault.static > 0) {
    const live = chunkBytes + (model.slots + stack) * SLOT_BYTES;
    const { initial } = byDefault.chunk;
    // A heap that has to grow collects each time before it does.
    const chunk = { ...byDefault.chunk, initial: model.isCollected ? roundUp(chunkBytes, 1024) : initial };
    return { ...byDefault, static: grown(live, byDefault.static, 1024), chunk, stack };
  }
  const { chunk, heap } = byDefault;
  return {
    static: 0,
    chunk: { ...chunk, initial: grown(chunkBytes, chunk.initial, 1024) },
    heap: { ...heap, initial: grown(model.slots, heap.initial, 64) },
    stack,
  };
}

/** Whether `creation` asks for more than `byDefault` in anything. */
export function exceeds(creation: Creation, byDefault: Creation): boolean {
  return (
    creationBytes(creation) > creationBytes(byDefault) ||
    creation.stack > byDefault.stack ||
    (creation.static > 0 === byDefault.static > 0 &&
      (creation.chunk.initial > byDefault.chunk.initial || creation.heap.initial > byDefault.heap.initial))
  );
}

/** The platforms of Moddable whose machines have a size; others, such as the simulator's, grow. */
export type Family = "esp" | "esp32";

/**
 * The machines of each family's targets, from the Moddable SDK: build/devices/esp/manifest.json, and
 * build/devices/esp32/targets/nodemcu/manifest.json, which nearly all targets of the ESP32 repeat. Those of the C3 and the
 * S2 have one block of 94,208 bytes, in which a model and its application have as much room.
 */
export const FAMILY_DEFAULTS: Readonly<Record<Family, Creation>> = {
  esp: {
    static: 32768,
    chunk: { initial: 1536, incremental: 512 },
    heap: { initial: 512, incremental: 64 },
    stack: 256,
  },
  esp32: {
    static: 0,
    chunk: { initial: 78848, incremental: 0 },
    heap: { initial: 4928, incremental: 0 },
    stack: 512,
  },
};

/**
 * What a model's manifest asks for on a family; nothing where the default will do. Some targets have a block in which chunks
 * begin small: a model that makes garbage always asks.
 */
export function manifestCreation(model: Memory, family: Family): Creation | undefined {
  const creation = creationFor(model, FAMILY_DEFAULTS[family]);
  return model.isCollected || exceeds(creation, FAMILY_DEFAULTS[family]) ? creation : undefined;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
