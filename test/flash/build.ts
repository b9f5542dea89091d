/** What a build leaves, made up: images of a real layout with contents that deflate well and badly. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { boardByName, type ChipBoard } from "../../boards/board.js";
import { applicationWrites, type LoadedImage } from "../../boards/flash/application-writes.js";
import type { FlashFile, Partition } from "../../boards/flash/flash-file.js";
import type { FlashWrite } from "../../boards/flash/write.js";

export const PARTITIONS: readonly Partition[] = [
  { name: "nvs", type: "data", subtype: "nvs", offset: 0x9000, bytes: 0x6000 },
  { name: "factory", type: "app", subtype: "factory", offset: 0x10000, bytes: 0x300000 },
  { name: "xs", type: "0x40", subtype: "1", offset: 0x310000, bytes: 0x40000 },
  { name: "xsnn", type: "data", subtype: "0x41", offset: 0x350000, bytes: 0x21000 },
];

const NUMBERS: Readonly<Record<string, readonly [number, number]>> = {
  nvs: [1, 2],
  factory: [0, 0],
  xs: [0x40, 1],
  xsnn: [1, 0x41],
};

/** The table in binary, as ESP-IDF's gen_esp32part.py writes it. */
export function tableBytes(partitions: readonly Partition[] = PARTITIONS): Uint8Array {
  const table = Buffer.alloc(0xc00, 0xff);
  for (const [i, { name, offset, bytes }] of partitions.entries()) {
    const row = table.subarray(32 * i, 32 * (i + 1)).fill(0);
    row.set([0xaa, 0x50, ...NUMBERS[name]]);
    row.writeUInt32LE(offset, 4);
    row.writeUInt32LE(bytes, 8);
    row.write(name, 12);
  }
  const end = 32 * partitions.length;
  table.writeUInt16LE(0xebeb, end);
  table.set(createHash("md5").update(table.subarray(0, end)).digest(), end + 16);
  return table;
}

/** A program for a chip: its header, and then half noise, which deflate makes little smaller, half zeros. */
export function program(bytes: number, chipId: number, seed = 1): Uint8Array {
  const image = new Uint8Array(bytes);
  let state = seed;
  for (let i = 0; i < bytes / 2; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    image[i] = state >>> 25;
  }
  image.set([0xe9, 4, 2, 0x20]);
  image.set([chipId, 0], 12);
  return image;
}

const CHIP_IDS: Readonly<Record<string, number>> = { "ESP32-C3": 5, "ESP32-S3": 9, ESP32: 0 };

export interface Build {
  readonly board: ChipBoard;
  readonly file: FlashFile;
  readonly images: readonly LoadedImage[];
}

/** @param applicationBytes odd on purpose where it is not given */
export async function build(name: string, applicationBytes = 90_001): Promise<Build> {
  const board = (await boardByName(name)) as ChipBoard;
  const chipId = CHIP_IDS[board.chip];
  const { bootloaderOffset, partitionTableOffset, appOffset } = board.flash;
  const parts: readonly [string, number, Uint8Array][] = [
    ["bootloader", bootloaderOffset!.value, program(20_000, chipId, 2)],
    ["partition table", partitionTableOffset!.value, tableBytes()],
    ["application", appOffset.value, program(applicationBytes, chipId, 3)],
  ];
  const images = parts.map(([name, offset, bytes]) => {
    const file = `${name.replace(" ", "-")}.bin`;
    return { name, file, path: file, offset, bytes };
  });
  const files = images.map(({ name, file, offset }) => ({ name, file, offset }));
  return { board, images, file: { format: 1, board: name, images: files, partitions: PARTITIONS } };
}

/** Puts a build where `xsnn build` leaves it. */
export function writeBuild(folder: string, { board, file, images }: Build): void {
  const built = join(folder, "build", board.name);
  mkdirSync(built, { recursive: true });
  writeFileSync(join(built, "flash.json"), JSON.stringify(file));
  for (const { file, bytes } of images) writeFileSync(join(built, file), bytes);
}

export function writesOf({ board, file, images }: Build): readonly FlashWrite[] {
  return applicationWrites(board, file, images);
}

/** Whether two arrays hold the same bytes, where they are too long for a matcher to compare one by one. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
