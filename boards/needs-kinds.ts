/** The two kinds of machines whose least size is looked for: each heap has memory of its own, or all share a block. */
import { SLOT_BYTES } from "../codegen/plan/creation.js";
import type { Problem } from "../codegen/problems/problem.js";
import type { Block, HeapCounters, Machine } from "./engine.js";
import { least } from "./least.js";
import type { Trials } from "./trials.js";

export interface Kind {
  /** The least machine in which the job completes, given what a roomy one held. */
  least(trials: Trials, heap: HeapCounters): Promise<Machine>;
  /** One that is smaller by 2 %. */
  smaller(machine: Machine): Machine;
  /** Ways to give more bytes to a machine whose collections take too much, the one to try first before the others. */
  readonly grow: readonly ((machine: Machine, bytes: number) => Machine)[];
}

/** How far what was found may be from the least: as a part of it. */
const PRECISION = 0.01;

/** What "smaller" is smaller by. */
const LESS = 0.02;

type Heap = "chunkBytes" | "slots" | "stackSlots";

/** More of everything than any model takes that fits a board, in the memory of the emulated machines. */
export const ROOMY: Machine = { chunkBytes: 16 * 2 ** 20, slots: 65536, stackSlots: 8192 };

/** As much as all heaps of that have. */
const ROOMY_BYTES = 17 * 2 ** 20;

/** The least of one heap with the others roomy, from a size than which it cannot be less. */
function alone(trials: Trials, heap: Heap, low: number): Promise<number> {
  return least(low, ROOMY[heap], PRECISION, (size) => trials.completes({ ...ROOMY, [heap]: size }));
}

/** Garbage is of chunks, of slots, or of both. */
const GROWING: readonly (readonly Heap[])[] = [["chunkBytes"], ["slots"], ["chunkBytes", "slots"]];

export const separateHeaps: Kind = {
  async least(trials, heap) {
    return together(trials, {
      chunkBytes: await alone(trials, "chunkBytes", heap.liveChunkBytes),
      slots: await alone(trials, "slots", heap.liveSlots),
      stackSlots: await alone(trials, "stackSlots", heap.peakStackSlots),
    });
  },
  smaller({ chunkBytes, slots, stackSlots }) {
    const smaller = (size: number) => Math.floor(size * (1 - LESS));
    return { chunkBytes: smaller(chunkBytes), slots: smaller(slots), stackSlots: smaller(stackSlots) };
  },
  grow: GROWING.map((heaps) => (machine, bytes) => {
    const more = (heap: Heap, unit: number) =>
      heaps.includes(heap) ? Math.floor(bytes / heaps.length / unit) : 0;
    return {
      ...machine,
      chunkBytes: machine.chunkBytes + more("chunkBytes", 1),
      slots: machine.slots + more("slots", SLOT_BYTES),
    };
  }),
};

/** The machine itself, or one in which the job completes because what ran out in it has grown, 1 % at a time. */
async function together(trials: Trials, machine: Machine): Promise<Machine> {
  const outcome = await trials.run(machine);
  if ("counted" in outcome) return machine;
  const heap = lacking(outcome.tooSmall);
  return together(trials, { ...machine, [heap]: Math.ceil(machine[heap] * (1 + PRECISION)) });
}

function lacking(problem: Problem): Heap {
  if (problem.code !== "machine-full") return "stackSlots";
  return problem.details.heap === "chunk" ? "chunkBytes" : "slots";
}

/** Chunks and slots begin with one increment each, so that neither keeps what the other could use. */
export function oneBlock({ chunkIncrement, slotIncrement }: Block): Kind {
  const sized = (stackSlots: number, bytes: number): Machine => ({
    chunkBytes: chunkIncrement,
    slots: slotIncrement,
    stackSlots,
    block: { bytes, chunkIncrement, slotIncrement },
  });
  const grown = ({ stackSlots, block }: Machine, more: number) => sized(stackSlots, block!.bytes + more);
  return {
    async least(trials, heap) {
      const stack = await alone(trials, "stackSlots", heap.peakStackSlots);
      const low = heap.liveChunkBytes + (heap.liveSlots + stack) * SLOT_BYTES;
      const completes = (bytes: number) => trials.completes(sized(stack, bytes));
      return sized(stack, await least(low, ROOMY_BYTES, PRECISION, completes));
    },
    smaller: (machine) => grown(machine, -Math.ceil(machine.block!.bytes * LESS)),
    // What it has more, chunks have from the beginning: to grow, they collect first.
    grow: [(machine, more) => ({ ...grown(machine, more), chunkBytes: chunkIncrement + more })],
  };
}
