/** What is written to a board: bytes, where they go, and the room that there is. */
import { createHash } from "node:crypto";
import { type Problem, refuse, refuseAny } from "../../codegen/problems/problem.js";

/** Flash is erased in blocks of so many bytes. */
export const SECTOR = 4096;

export interface FlashWrite {
  /** What people call it, such as `application`. */
  readonly name: string;
  /** The path of the file that the bytes are from. */
  readonly path: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Where it goes, and how large that is. */
  readonly room: { readonly name: string; readonly bytes: number };
}

/**
 * Refuses what does not fit where it goes, or would erase a part of something else.
 *
 * @param flashBytes of the whole chip
 * @throws Refusal `flash-empty`, `flash-too-large`, `flash-unaligned`, `flash-beyond-end` or `flash-overlap`
 */
export function requireRoom(writes: readonly FlashWrite[], flashBytes: number): void {
  const problems: Problem[] = [];
  for (const { name, path, offset, bytes, room } of writes) {
    const add = (problem: Omit<Problem, "place">) => problems.push({ ...problem, place: {} } as Problem);
    if (bytes.length === 0) add({ code: "flash-empty", details: { name, path } });
    if (bytes.length > room.bytes)
      add({ code: "flash-too-large", details: { name, path, bytes: bytes.length, room } });
    if (offset % SECTOR !== 0) add({ code: "flash-unaligned", details: { name, offset, sector: SECTOR } });
    if (offset + bytes.length > flashBytes)
      add({ code: "flash-beyond-end", details: { name, end: offset + bytes.length, flashBytes } });
  }
  refuseAny(problems);
  const inOrder = [...writes].sort((a, b) => a.offset - b.offset);
  for (const [i, next] of inOrder.slice(1).entries()) {
    const end = sectorEnd(inOrder[i]);
    if (end > next.offset)
      refuse("flash-overlap", { first: inOrder[i].name, second: next.name, at: next.offset, end });
  }
}

/** Where what is erased for it ends. */
function sectorEnd({ offset, bytes }: FlashWrite): number {
  return Math.ceil((offset + bytes.length) / SECTOR) * SECTOR;
}

/** The MD5 that the chip is to find where these bytes were written. */
export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
