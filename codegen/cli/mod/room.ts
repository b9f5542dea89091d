/** Whether a mod fits on a board: its objects in RAM, its archive in flash. */
import type { ChipBoard } from "../../../boards/board.js";
import { freeFlash } from "../../../boards/fit.js";
import { chooseMachine, type MachineChoice } from "../../../boards/machine.js";
import { importedIn } from "../../cost/resident.js";
import type { Host } from "../../mod/host-manifest.js";
import type { Mod } from "../../mod/mod.js";
import { type Memory, SLOT_BYTES } from "../../plan/creation.js";
import { refuse } from "../../problems/problem.js";

/** Of the partition `xs`, as Moddable's documentation/xs/mods.md has it. */
export const DEFAULT_PARTITION = 0x40000;

/** The host of a mod on a board: the machine that the board's applications may have. */
export function hostOn(board: ChipBoard): (memory: Memory) => Host {
  const [family] = board.moddable.platform.split("/");
  return (memory) => ({ family, creation: chooseMachine(memory, board).creation });
}

export interface ModRoom {
  readonly machine: MachineChoice;
  /** Bytes of RAM, by what takes them. */
  readonly ram: Readonly<Record<string, number>>;
  /** Bytes of the archive, by what takes them; predicted where it is not there. */
  readonly flash: Readonly<Record<string, number>>;
  readonly partition: { readonly needed: number; readonly available: number };
}

/**
 * @param partition bytes of the application's partition for mods, on boards that have partitions
 * @param built bytes of the archive, where it was built
 * @throws Refusal `mod-ram`, `mod-partition`
 */
export function modRoom(mod: Mod, board: ChipBoard, partition: number, built?: number): ModRoom {
  const { report, resident } = mod;
  const { memory, arenaBytes, weightsBytes } = report;
  const machine = chooseMachine(memory, board);
  const importing = importedIn(resident);
  const ram = {
    arena: arenaBytes,
    "BigInts and lists of layers": memory.chunkBytes - resident.chunkBytes - arenaBytes,
    "constants and names of modules": resident.chunkBytes,
    "objects and functions of modules": resident.slots * SLOT_BYTES,
    "importing, given back later": (importing - resident.slots) * SLOT_BYTES,
    "an instance of the model": (memory.slots - importing) * SLOT_BYTES,
    stack: memory.stackSlots * SLOT_BYTES,
  };
  for (const { what, needed, available } of machine.short)
    refuse("mod-ram", { board: board.name, what, needed, available, parts: ram });
  const needed = built ?? mod.archiveBytes;
  const hasTable = !board.moddable.platform.startsWith("esp/");
  const available = hasTable ? partition : freeFlash(board);
  const flash = { "bytecode and names": needed - weightsBytes, "weights.bin": weightsBytes };
  if (needed > available) refuse("mod-partition", { needed, available, parts: flash, hasTable });
  return { machine, ram, flash, partition: { needed, available } };
}
