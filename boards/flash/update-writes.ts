/** What is written beside an application that is there already: a mod, or a model for the store. */
import { refuse } from "../../codegen/problems/problem.js";
import type { ChipBoard } from "../description.js";
import type { FlashFile, Partition } from "./flash-file.js";
import { type FlashWrite, requireRoom, SECTOR } from "./write.js";

/** Something that goes into a partition, which the board's own table must have. */
export interface PartitionWrite extends FlashWrite {
  readonly partition: Partition;
}

interface Content {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Moddable's partition for mods. */
export const MOD_PARTITION = "xs";

/** The partition of the model store. */
export const STORE_PARTITION = "xsnn";

/** An archive that `mcrun` wrote is an atom of this type. Source: Moddable SDK, xs/sources/xsCommon.h. */
const ARCHIVE = "XS_A";

/** A mod, into the partition for mods. */
export function modWrite(board: ChipBoard, file: FlashFile, mod: Content): PartitionWrite {
  if (new TextDecoder("latin1").decode(mod.bytes.subarray(4, 8)) !== ARCHIVE)
    refuse("flash-no-mod", { path: mod.path });
  const partition = partitionOf(file, MOD_PARTITION);
  return partitionWrite(board, "mod", mod, partition, {
    name: `partition ${partition.name}`,
    bytes: partition.bytes,
  });
}

/**
 * A model, into the first of the store's two slots. The header of the second one goes: a newer version there would stay in use.
 *
 * @param slot what the slot is to hold, as `slotImage` makes it
 */
export function storeWrites(board: ChipBoard, file: FlashFile, slot: Content): PartitionWrite[] {
  const partition = partitionOf(file, STORE_PARTITION);
  const bytes = Math.floor(partition.bytes / 2 / SECTOR) * SECTOR;
  const room = (number: number) => ({ name: `slot ${number} of partition ${partition.name}`, bytes });
  const none = { path: slot.path, bytes: new Uint8Array(SECTOR).fill(255) };
  return [
    partitionWrite(board, "model", slot, partition, room(1)),
    partitionWrite(board, "no model", none, partition, room(2), bytes),
  ];
}

function partitionOf({ board, partitions }: FlashFile, name: string): Partition {
  return (
    partitions.find((partition) => partition.name === name) ??
    refuse("flash-no-partition", { board, name, known: partitions.map((partition) => partition.name) })
  );
}

function partitionWrite(
  board: ChipBoard,
  name: string,
  { path, bytes }: Content,
  partition: Partition,
  room: FlashWrite["room"],
  at = 0,
): PartitionWrite {
  const write = { name, path, bytes, offset: partition.offset + at, room, partition };
  requireRoom([write], board.flash.bytes.value);
  return write;
}
