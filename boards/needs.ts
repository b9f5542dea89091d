/** The smallest XS machine in which a model runs: not calculated but found, by running it. */
import { SLOT_BYTES } from "../codegen/plan/creation.js";
import type { Problem } from "../codegen/problems/problem.js";
import type { Board } from "./board.js";
import type { Engine, HeapCounters, Job, Machine } from "./engine.js";
import { least } from "./least.js";
import { Trials } from "./trials.js";

/** A machine and what it cost to run in it. */
export interface Sized {
  readonly machine: Machine;
  /** Chunks, slots and stack on a chip. */
  readonly bytes: number;
  /** Instructions of garbage collections, as a part of all. */
  readonly collectionShare: number;
}

export interface Needs {
  /** The most that was live after a collection, in the run at `needs`. */
  readonly live: { readonly chunkBytes: number; readonly slots: number; readonly bytes: number };
  /** The smallest machine: the job completes in it. */
  readonly needs: Sized;
  /** A machine smaller by 2 %, in which the job does not complete, and what it ended with. */
  readonly tooSmall: { readonly machine: Machine; readonly problem: Problem };
  /** The smallest machine in which collections take less than 15 % of all instructions; absent where none was found. */
  readonly recommended?: Sized;
  /** How many runs it took to find out. */
  readonly runs: number;
}

/** Where collections take less, a larger machine is hardly faster. */
export const COLLECTION_SHARE = 0.15;

/** How far a heap that was found may be from the least, and one that is recommended: as parts of it. */
const PRECISION = 0.01;
const RECOMMENDED_PRECISION = 0.05;

/** What "too small" is smaller by. */
const LESS = 0.02;

/** More of everything than any model takes that fits a board, in the memory of the emulated machines. */
const ROOMY: Machine = { chunkBytes: 16 * 2 ** 20, slots: 65536, stackSlots: 8192 };

/**
 * The smallest machine in which the job's first vector completes, to within 1 % of each heap; it has run there, and has
 * failed for lack of memory with 2 % less. Each heap is looked for with the others roomy, from what lives in it upward,
 * then all are tried together.
 *
 * @param engine one that counts instructions and memory
 * @param board where its machine has one block for all heaps, 2 % less is less of the block, and chunks, which get what
 * slots and stack leave, lose it; else each heap has 2 % less
 * @throws Refusal `engine-uncounted`, and whatever is wrong beside too little memory
 */
export async function findNeeds(engine: Engine, job: Job, board?: Board): Promise<Needs> {
  const trials = new Trials(engine, job);
  const smaller = hasOneBlock(board) ? smallerBlock : smallerHeaps;
  const { heap } = await trials.counted(ROOMY);
  let machine = await together(trials, await alone(trials, heap));
  let less = await trials.run(smaller(machine));
  // Heaps change with one another: what suffices for each alone may be more than enough.
  while ("counted" in less) {
    machine = smaller(machine);
    less = await trials.run(smaller(machine));
  }
  const { liveChunkBytes, liveSlots } = (await trials.counted(machine)).heap;
  const recommended = await recommend(trials, machine);
  return {
    live: {
      chunkBytes: liveChunkBytes,
      slots: liveSlots,
      bytes: liveChunkBytes + liveSlots * SLOT_BYTES,
    },
    needs: await sized(trials, machine),
    tooSmall: { machine: smaller(machine), problem: less.tooSmall },
    ...(recommended && { recommended: await sized(trials, recommended) }),
    runs: trials.count,
  };
}

/** Bytes of RAM that a machine takes on a chip. */
export function machineBytes({ chunkBytes, slots, stackSlots }: Machine): number {
  return chunkBytes + (slots + stackSlots) * SLOT_BYTES;
}

async function sized(trials: Trials, machine: Machine): Promise<Sized> {
  const { collectionShare } = await trials.counted(machine);
  return { machine, bytes: machineBytes(machine), collectionShare };
}

/** Each heap's least with the others roomy. It cannot be less than what was live, or in use of the stack. */
async function alone(trials: Trials, heap: HeapCounters): Promise<Machine> {
  const find = (part: keyof Machine, low: number) =>
    least(low, ROOMY[part], PRECISION, (size) => trials.completes({ ...ROOMY, [part]: size }));
  return {
    chunkBytes: await find("chunkBytes", heap.liveChunkBytes),
    slots: await find("slots", heap.liveSlots),
    stackSlots: await find("stackSlots", heap.peakStackSlots),
  };
}

/** The machine itself, or one in which the job completes because what ran out in it has grown, 1 % at a time. */
async function together(trials: Trials, machine: Machine): Promise<Machine> {
  const outcome = await trials.run(machine);
  if ("counted" in outcome) return machine;
  const part = lacking(outcome.tooSmall);
  return together(trials, { ...machine, [part]: Math.ceil(machine[part] * (1 + PRECISION)) });
}

function lacking(problem: Problem): keyof Machine {
  if (problem.code !== "machine-full") return "stackSlots";
  return problem.details.heap === "chunk" ? "chunkBytes" : "slots";
}

/** Which heaps are given more where collections take too much: garbage is of chunks, of slots, or of both. */
const GROWING: readonly (readonly (keyof Machine)[])[] = [["chunkBytes"], ["slots"], ["chunkBytes", "slots"]];

/** How many bytes more are tried. */
const MOST_MORE = 2 * 2 ** 20;

async function recommend(trials: Trials, needs: Machine): Promise<Machine | undefined> {
  const isFast = async (machine: Machine) =>
    (await trials.counted(machine)).collectionShare < COLLECTION_SHARE;
  if (await isFast(needs)) return needs;
  const low = machineBytes(needs);
  for (const parts of GROWING) {
    const grown = (bytes: number): Machine => {
      const more = (part: keyof Machine, unit: number) =>
        parts.includes(part) ? Math.floor((bytes - low) / parts.length / unit) : 0;
      return {
        ...needs,
        chunkBytes: needs.chunkBytes + more("chunkBytes", 1),
        slots: needs.slots + more("slots", SLOT_BYTES),
      };
    };
    const high = low + MOST_MORE;
    if (!(await isFast(grown(high)))) continue;
    return grown(await least(low, high, RECOMMENDED_PRECISION, (bytes) => isFast(grown(bytes))));
  }
  return undefined;
}

function hasOneBlock(board: Board | undefined): boolean {
  return board?.kind === "chip" && board.moddable.creation.static > 0;
}

function smallerHeaps({ chunkBytes, slots, stackSlots }: Machine): Machine {
  const smaller = (size: number) => Math.floor(size * (1 - LESS));
  return { chunkBytes: smaller(chunkBytes), slots: smaller(slots), stackSlots: smaller(stackSlots) };
}

/** Below this XS has no heap for chunks. */
const LEAST_CHUNK_BYTES = 16;

/** Slots lose what chunks do not have. */
function smallerBlock(machine: Machine): Machine {
  const chunkBytes = machine.chunkBytes - Math.ceil(machineBytes(machine) * LESS);
  if (chunkBytes >= LEAST_CHUNK_BYTES) return { ...machine, chunkBytes };
  const fewer = Math.ceil((LEAST_CHUNK_BYTES - chunkBytes) / SLOT_BYTES);
  return { ...machine, chunkBytes: LEAST_CHUNK_BYTES, slots: machine.slots - fewer };
}
