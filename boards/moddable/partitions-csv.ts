/** Reads ESP-IDF's partition tables in their text form. */
import { refuse } from "../../codegen/problems/problem.js";
import type { Partition } from "../flash/flash-file.js";

/** Where the first partition begins if it does not say so: behind the table. */
const TABLE_BYTES = 0x1000;

/** Alignment of partitions that say no offset. */
const ALIGNMENT = { app: 0x10000, other: 0x1000 };

/**
 * @param path for messages
 * @param tableOffset of the table in the flash
 * @throws Refusal `partitions-malformed`
 */
export function parsePartitions(csv: string, path: string, tableOffset: number): Partition[] {
  const partitions: Partition[] = [];
  let end = tableOffset + TABLE_BYTES;
  for (const [i, line] of csv.split("\n").entries()) {
    const text = line.replace(/#.*/, "").trim();
    if (text === "") continue;
    const wrong = (why: string) => refuse("partitions-malformed", { path, line: i + 1, why });
    const [name, type, subtype, offsetText, bytesText] = text.split(",").map((cell) => cell.trim());
    if (!name || !type || !subtype || !bytesText) return wrong("it has fewer than five columns");
    const alignment = type === "app" ? ALIGNMENT.app : ALIGNMENT.other;
    const offset = offsetText ? size(offsetText) : Math.ceil(end / alignment) * alignment;
    const bytes = size(bytesText);
    if (offset === undefined || !bytes)
      return wrong("its offset or size is not a number such as 0x10000, 64K or 1M");
    if (offset < end) return wrong("it overlaps what is before it");
    if (offset % alignment !== 0) return wrong(`its offset is not a multiple of ${alignment}`);
    partitions.push({ name, type, subtype, offset, bytes });
    end = offset + bytes;
  }
  return partitions;
}

const UNITS: Readonly<Record<string, number>> = { K: 1024, M: 1024 * 1024 };

function size(text: string): number | undefined {
  const [, number, unit] = /^(0x[0-9a-f]+|\d+)([KM]?)$/i.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit.toUpperCase()] ?? 1);
}
