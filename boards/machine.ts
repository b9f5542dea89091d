/** The XS machine that a model gets on a board. */
import {
  type Creation,
  creationBytes,
  creationFor,
  exceeds,
  FAMILY_DEFAULTS,
  type Family,
  type Memory,
  manifestCreation,
  SLOT_BYTES,
} from "../codegen/plan/creation.js";
import { refuse } from "../codegen/problems/problem.js";
import type { ChipBoard } from "./board.js";
import type { Machine } from "./engine.js";

/** Something a board has too little of. */
export interface Shortage {
  readonly what: "heap" | "contiguous heap" | "flash";
  readonly needed: number;
  readonly available: number;
}

export interface MachineChoice {
  readonly creation: Creation;
  /**
   * Who asks for it: nobody, so that it is the target's default; the model's manifest; or the application, whose own
   * manifest must say so, since the board has no room for what the model's asks for.
   */
  readonly askedBy: "default" | "model" | "application";
  /** Whether it is more than an application of this target gets which asks for nothing. */
  readonly exceedsDefault: boolean;
  /** Whether it fits beside Wi-Fi. On a chip without one: whether it fits. */
  readonly withWifi: boolean;
  /** What is missing with Wi-Fi off; nothing where the model fits. */
  readonly short: readonly Shortage[];
}

/** The most that a machine may take, in bytes. */
export function mostBytes({ memory }: ChipBoard, wifi: boolean): number {
  const free = wifi && memory.freeWifiBytes ? memory.freeWifiBytes : memory.freeBytes;
  return Math.max(0, free.value - memory.systemBytes.value);
}

/** The machine for a model: the one that it gets as it is, or the least in which it runs where the board has no more. */
export function chooseMachine(model: Memory, board: ChipBoard): MachineChoice {
  const { creation: byDefault, platform } = board.moddable;
  const family = platform.split("/")[0] as Family;
  const asked = manifestCreation(model, family);
  const least = leastCreation(model, FAMILY_DEFAULTS[family]);
  const candidates = [
    { creation: asked ?? byDefault, askedBy: asked ? "model" : "default" },
    { creation: least, askedBy: "application" },
  ] as const;
  const choice = (at: (typeof candidates)[number], withWifi: boolean): MachineChoice => ({
    ...at,
    exceedsDefault: exceeds(at.creation, byDefault),
    withWifi,
    short: shortages(at.creation, board, withWifi),
  });
  const isDefaultRoomy = !exceeds(creationFor(model, byDefault), byDefault);
  for (const withWifi of [true, false])
    for (const candidate of candidates) {
      const found = choice(candidate, withWifi);
      if (candidate.askedBy === "default" && !isDefaultRoomy) continue;
      if (found.short.length === 0) return found;
    }
  return choice(candidates[1], false);
}

/** @throws Refusal `board-too-small` */
export function machineFor(model: Memory, board: ChipBoard): MachineChoice {
  const choice = chooseMachine(model, board);
  refuseShort(choice.short, board);
  return choice;
}

/** @throws Refusal `board-too-small` where a board has no room for a machine even with Wi-Fi off */
export function requireRoom(creation: Creation, board: ChipBoard): void {
  refuseShort(shortages(creation, board, false), board);
}

function refuseShort(short: readonly Shortage[], board: ChipBoard): void {
  for (const { what, needed, available } of short)
    refuse("board-too-small", { board: board.name, what, needed, available, unit: "bytes" });
}

/** The machine of a creation, as engines take it. */
export function machineOf({ static: block, chunk, heap, stack }: Creation): Machine {
  const machine = { chunkBytes: chunk.initial, slots: heap.initial, stackSlots: stack };
  if (block === 0) return machine;
  const increments = { chunkIncrement: chunk.incremental, slotIncrement: heap.incremental };
  return { ...machine, block: { bytes: block, ...increments } };
}

/** What a machine has beside the model when there is nothing to spare: a main module, a timer, a few objects. */
const LEAST_CHUNK_BYTES = 4096;
const LEAST_SLOTS = 512;

/** The most of the chunks that may live where garbage is made; with little more, one operation's garbage does not fit. */
const LARGEST_LIVE = 0.9;

/** The least machine in which a model runs, of its family's kind: one block or several. */
function leastCreation(model: Memory, { static: block, chunk, heap }: Creation): Creation {
  const chunks = Math.ceil(model.chunkBytes / (model.isCollected ? LARGEST_LIVE : 1)) + LEAST_CHUNK_BYTES;
  const slots = model.slots + LEAST_SLOTS;
  const stack = model.stackSlots;
  if (block > 0) return { static: chunks + (slots + stack) * SLOT_BYTES, chunk, heap, stack };
  return { static: 0, chunk: { ...chunk, initial: chunks }, heap: { ...heap, initial: slots }, stack };
}

/** Of a stage: slots for its links and what calls them, what is left to allocations outside of the machine, and to other blocks. */
const STAGE_SLOTS = 2048;
const SPARE_BYTES = 16_384;
const LARGEST_SHARE = 0.9;

/**
 * A machine for a model that is all that a board does: as many chunks as there is room for, since half the garbage collections are
 * twice the room, and few slots, since each collection walks them.
 *
 * @returns nothing where the model makes no garbage, or a board's machines are one block
 */
export function roomyMachine(model: Memory, board: ChipBoard, wifi: boolean): Creation | undefined {
  const { memory, moddable } = board;
  const { static: block, stack: leastStack } = FAMILY_DEFAULTS[moddable.platform.split("/")[0] as Family];
  if (!model.isCollected || block > 0) return undefined;
  const stack = Math.max(leastStack, model.stackSlots);
  const slots = Math.max(STAGE_SLOTS, model.slots + LEAST_SLOTS);
  const free = mostBytes(board, wifi) - SPARE_BYTES - (slots + stack) * SLOT_BYTES;
  const chunks = Math.min(free, LARGEST_SHARE * memory.largestBlockBytes.value);
  const initial = Math.floor(chunks / 1024) * 1024;
  if (initial < model.chunkBytes / LARGEST_LIVE + LEAST_CHUNK_BYTES) return undefined;
  return { static: 0, chunk: { initial, incremental: 0 }, heap: { initial: slots, incremental: 0 }, stack };
}

/** Slots that models take in a machine's heap and on its stack; the planner is told before there is a plan. */
const TYPICAL_SLOTS = 79;
const TYPICAL_STACK = 400;

/** The most chunks that a model can have on a board, beside Wi-Fi and the least of an application. */
export function mostChunkBytes(board: ChipBoard): number {
  const rest = (TYPICAL_SLOTS + LEAST_SLOTS + TYPICAL_STACK) * SLOT_BYTES;
  const block =
    board.memory.largestBlockBytes.value - (board.moddable.platform.startsWith("esp/") ? rest : 0);
  return Math.max(1, Math.min(mostBytes(board, true) - rest, block) - LEAST_CHUNK_BYTES);
}

function shortages(creation: Creation, board: ChipBoard, wifi: boolean): Shortage[] {
  const block = board.memory.largestBlockBytes.value;
  const checks: readonly Shortage[] = [
    { what: "heap", needed: creationBytes(creation), available: mostBytes(board, wifi) },
    { what: "contiguous heap", needed: creation.static || creation.chunk.initial, available: block },
  ];
  return checks.filter(({ needed, available }) => needed > available);
}
