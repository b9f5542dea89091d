/** The smallest XS machine in which a model runs: not calculated but found, by running it. */
import { SLOT_BYTES } from "../codegen/plan/creation.js";
import type { Problem } from "../codegen/problems/problem.js";
import type { Board } from "./board.js";
import type { Engine, Job, Machine } from "./engine.js";
import { least } from "./least.js";
import { machineOf } from "./machine.js";
import { type Kind, oneBlock, ROOMY, separateHeaps } from "./needs-kinds.js";
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

/** How far a machine that is recommended may be from the least that is: as a part of it. */
const RECOMMENDED_PRECISION = 0.05;

/**
 * The smallest machine in which the job's first vector completes, to within 1 % of each heap, or of the block where they
 * share one; it has run there, and has failed for lack of memory with 2 % less. Each heap is looked for with the others
 * roomy, from what lives in it upward, then all are tried together.
 *
 * @param engine one that counts instructions and memory
 * @param board whose machine is of that kind: a heap for chunks and one for slots, or one block for all
 * @throws Refusal `engine-uncounted`, and whatever is wrong beside too little memory
 */
export async function findNeeds(engine: Engine, job: Job, board?: Board): Promise<Needs> {
  const trials = new Trials(engine, job);
  const kind = kindOf(board);
  const { heap } = await trials.counted(ROOMY);
  let machine = await kind.least(trials, heap);
  let less = await trials.run(kind.smaller(machine));
  // Heaps change with one another: what suffices for each alone may be more than enough.
  while ("counted" in less) {
    machine = kind.smaller(machine);
    less = await trials.run(kind.smaller(machine));
  }
  const { liveChunkBytes, liveSlots } = (await trials.counted(machine)).heap;
  const recommended = await recommend(trials, machine, kind);
  return {
    live: {
      chunkBytes: liveChunkBytes,
      slots: liveSlots,
      bytes: liveChunkBytes + liveSlots * SLOT_BYTES,
    },
    needs: await sized(trials, machine),
    tooSmall: { machine: kind.smaller(machine), problem: less.tooSmall },
    ...(recommended && { recommended: await sized(trials, recommended) }),
    runs: trials.count,
  };
}

/** Bytes of RAM that a machine takes on a chip. */
export function machineBytes({ chunkBytes, slots, stackSlots, block }: Machine): number {
  return block ? block.bytes : chunkBytes + (slots + stackSlots) * SLOT_BYTES;
}

async function sized(trials: Trials, machine: Machine): Promise<Sized> {
  const { collectionShare } = await trials.counted(machine);
  return { machine, bytes: machineBytes(machine), collectionShare };
}

/** How many bytes more are tried. */
const MOST_MORE = 2 * 2 ** 20;

async function recommend(trials: Trials, needs: Machine, { grow }: Kind): Promise<Machine | undefined> {
  const isFast = async (machine: Machine) =>
    (await trials.counted(machine)).collectionShare < COLLECTION_SHARE;
  if (await isFast(needs)) return needs;
  const low = machineBytes(needs);
  for (const grown of grow) {
    const isFastAt = (bytes: number) => isFast(grown(needs, bytes - low));
    const high = low + MOST_MORE;
    if (!(await isFastAt(high))) continue;
    const bytes = await least(low, high, RECOMMENDED_PRECISION, isFastAt);
    return grown(needs, bytes - low);
  }
  return undefined;
}

function kindOf(board: Board | undefined): Kind {
  const { block } = board?.kind === "chip" ? machineOf(board.moddable.creation) : {};
  return block ? oneBlock(block) : separateHeaps;
}
