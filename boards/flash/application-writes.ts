/** The images of a build as what is written to its board, checked against the board and against one another. */
import { refuse } from "../../codegen/problems/problem.js";
import type { ChipBoard } from "../description.js";
import { imageChipName, loaderChip } from "./chips.js";
import type { FlashFile, FlashImage } from "./flash-file.js";
import { parsePartitionTable, requirePartition } from "./partition-table.js";
import { type FlashWrite, requireRoom, SECTOR } from "./write.js";

/** An image with its content. */
export interface LoadedImage extends FlashImage {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * @param images the content of all of the file's images
 * @throws Refusal where one of them does not fit, is made for another chip, or says something else than flash.json
 */
export function applicationWrites(
  board: ChipBoard,
  file: FlashFile,
  images: readonly LoadedImage[],
): readonly FlashWrite[] {
  const writes = images.map(({ name, path, offset, bytes }) => {
    return { name, path, offset, bytes, room: roomOf(board, file, { name, offset }) };
  });
  if (writes.length === 0) refuse("flash-nothing", {});
  requireRoom(writes, board.flash.bytes.value);
  for (const write of writes) {
    const partition = file.partitions.find(({ offset }) => offset === write.offset);
    if (write.offset === board.flash.partitionTableOffset?.value) requireTable(file, write);
    else if (!partition || partition.type === "app") requireProgram(board, write);
  }
  return writes;
}

/** How large what is at an image's offset may be: the bootloader's room, the table's or a partition. */
function roomOf(
  { flash }: ChipBoard,
  { partitions }: FlashFile,
  { name, offset }: Pick<FlashImage, "name" | "offset">,
): FlashWrite["room"] {
  const tableOffset = flash.partitionTableOffset?.value;
  if (offset === tableOffset) return { name: "its block", bytes: SECTOR };
  if (offset === flash.bootloaderOffset?.value)
    return {
      name: "the room before what follows",
      bytes: (tableOffset ?? flash.appOffset.value) - offset,
    };
  const partition = partitions.find((partition) => partition.offset === offset);
  if (partition) return { name: `partition ${partition.name}`, bytes: partition.bytes };
  if (tableOffset === undefined && offset === flash.appOffset.value)
    return { name: "the room for applications", bytes: flash.appBytes.value };
  return refuse("flash-nowhere", { name, offset, partitions });
}

const IMAGE_MAGIC = 0xe9;
const IMAGE_CHIP_AT = 12;

/** Refuses a table that has not the partitions of flash.json. */
function requireTable({ partitions }: FlashFile, { bytes, path }: FlashWrite): void {
  const rows = parsePartitionTable(bytes, path);
  for (const partition of partitions) requirePartition(rows, partition, path);
}

/** Refuses what is no program for this chip. Source: ESP-IDF, esp_app_format.h, `esp_image_header_t`. */
function requireProgram(board: ChipBoard, { name, path, bytes }: FlashWrite): void {
  const { imageId } = loaderChip(board);
  if (imageId === null) return; // its second image has no header
  if (bytes[0] !== IMAGE_MAGIC || bytes.length < 24) refuse("flash-no-program", { name, path });
  const found = bytes[IMAGE_CHIP_AT] | (bytes[IMAGE_CHIP_AT + 1] << 8);
  if (found !== imageId)
    refuse("flash-other-chip", { name, path, found: imageChipName(found), chip: board.chip });
}
