/**
 * The partition table as it stands in flash. Source: ESP-IDF, docs/en/api-guides/partition-tables.rst, and
 * components/bootloader_support/include/esp_flash_partitions.h.
 */
import { createHash } from "node:crypto";
import { refuse } from "../../codegen/problems/problem.js";
import type { Partition } from "./flash-file.js";

/** The table has this much of its block in flash; the rest is the bootloader's signature, if any. */
export const TABLE_BYTES = 0xc00;

const ROW_BYTES = 32;
const ROW = 0x50aa;
const MD5_ROW = 0xebeb;
const MD5_AT = 16;

/** A row whose type and subtype are the numbers in flash. */
export interface TableRow {
  readonly name: string;
  readonly type: number;
  readonly subtype: number;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Rows of a table up to its end, with its MD5 checked where it has one.
 *
 * @param whose where the table is from, for messages
 * @throws Refusal `partition-table-malformed`
 */
export function parsePartitionTable(table: Uint8Array, whose: string): readonly TableRow[] {
  const wrong = (why: string): never => refuse("partition-table-malformed", { whose, why });
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const rows: TableRow[] = [];
  for (let at = 0; at + ROW_BYTES <= Math.min(table.length, TABLE_BYTES); at += ROW_BYTES) {
    const row = table.subarray(at, at + ROW_BYTES);
    if (row.every((byte) => byte === 0xff)) return rows.length > 0 ? rows : wrong("it is empty");
    const magic = view.getUint16(at, true);
    if (magic === MD5_ROW) {
      const digest = createHash("md5").update(table.subarray(0, at)).digest();
      if (!digest.equals(row.subarray(MD5_AT))) wrong("its MD5 is not that of its rows");
    } else if (magic === ROW) rows.push(parseRow(view, at));
    else wrong(`row ${at / ROW_BYTES} does not begin like one`);
  }
  return wrong("it has no end");
}

function parseRow(view: DataView, at: number): TableRow {
  const label = new Uint8Array(view.buffer, view.byteOffset + at + 12, 16);
  const end = label.indexOf(0);
  return {
    name: new TextDecoder().decode(end < 0 ? label : label.subarray(0, end)),
    type: view.getUint8(at + 2),
    subtype: view.getUint8(at + 3),
    offset: view.getUint32(at + 4, true),
    bytes: view.getUint32(at + 8, true),
  };
}

const TYPES: Readonly<Record<string, number>> = { app: 0, data: 1 };

const SUBTYPES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  app: {
    factory: 0x00,
    ...Object.fromEntries(Array.from({ length: 16 }, (_, slot) => [`ota_${slot}`, 0x10 + slot])),
    test: 0x20,
  },
  data: {
    ota: 0x00,
    phy: 0x01,
    nvs: 0x02,
    coredump: 0x03,
    nvs_keys: 0x04,
    efuse: 0x05,
    undefined: 0x06,
    esphttpd: 0x80,
    fat: 0x81,
    spiffs: 0x82,
    littlefs: 0x83,
  },
};

/** The number of a name, if it is not a number already; NaN where the name means nothing. */
function numberOf(name: string, known: Readonly<Record<string, number>> = {}): number {
  return Object.hasOwn(known, name) ? known[name] : Number(name);
}

/** Refuses where `partition` is not in the table, or not where and what it is meant to be. */
export function requirePartition(rows: readonly TableRow[], partition: Partition, whose: string): void {
  const { name, type, subtype, offset, bytes } = partition;
  const row = rows.find((row) => row.name === name);
  if (!row) {
    refuse("partition-missing", { name, whose, known: rows.map((row) => row.name) });
  } else if (row.offset !== offset || row.bytes !== bytes) {
    refuse("partition-elsewhere", { name, whose, found: row, expected: partition });
  } else if (row.type !== numberOf(type, TYPES) || row.subtype !== numberOf(subtype, SUBTYPES[type])) {
    refuse("partition-type", { name, whose, found: row, expected: partition });
  }
}
