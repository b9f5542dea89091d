/** What was or would be written to a board, as people and programs read it. */
import type { ChipBoard } from "../../../boards/description.js";
import { type FlashWrite, md5 } from "../../../boards/flash/write.js";
import { thousands } from "../../emit/text.js";
import { type Column, table } from "../table.js";

const COLUMNS: readonly Column[] = [
  { title: "What" },
  { title: "At", align: "right" },
  { title: "Bytes", align: "right" },
  { title: "Of", align: "right" },
  { title: "MD5" },
  { title: "File" },
];

const hex = (value: number) => `0x${value.toString(16)}`;

export async function writesText(board: ChipBoard, writes: readonly FlashWrite[]): Promise<string> {
  const rows = writes.map(({ name, path, offset, bytes, room }) => [
    name,
    hex(offset),
    bytes.length,
    room.bytes,
    md5(bytes),
    path,
  ]);
  const size = thousands(board.flash.bytes.value);
  return `${board.name}, ${board.chip} with ${size} bytes of flash\n\n${await table(COLUMNS, rows)}\n`;
}

/** @param port undefined where nothing was written */
export function writesDocument(
  board: ChipBoard,
  writes: readonly FlashWrite[],
  port: string | undefined,
): object {
  return {
    board: board.name,
    chip: board.chip,
    written: port !== undefined,
    ...(port !== undefined && { port }),
    images: writes.map(({ name, path, offset, bytes, room }) => {
      return { name, file: path, offset, bytes: bytes.length, roomBytes: room.bytes, md5: md5(bytes) };
    }),
  };
}
