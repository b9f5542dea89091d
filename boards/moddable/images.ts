/** The images of a build, beside the flash that they go to. */
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { json } from "../../codegen/emit/text.js";
import { refuse } from "../../codegen/problems/problem.js";
import type { ChipBoard } from "../board.js";
import type { FlashFile, FlashImage, Partition } from "../flash/flash-file.js";
import { parsePartitions } from "./partitions-csv.js";

/** An image, its size, and what there is for it. */
export interface SizedImage extends FlashImage {
  readonly bytes: number;
  readonly available: number;
}

/** ESP-IDF's table is one block. */
const TABLE_BYTES = 0x1000;

/** The partitions of an application; none where its folder or its board has no table. */
export async function readPartitions(folder: string, { flash }: ChipBoard): Promise<Partition[]> {
  if (flash.partitionTableOffset === null) return [];
  const path = join(folder, "partitions.csv");
  const csv = await readFile(path, "utf8").catch(() =>
    refuse("file-not-readable", { path, reason: "there is no such file or folder" }),
  );
  const partitions = parsePartitions(csv, path, flash.partitionTableOffset.value);
  const end = Math.max(0, ...partitions.map(({ offset, bytes }) => offset + bytes));
  if (end > flash.bytes.value)
    refuse("partitions-malformed", {
      path,
      line: csv.trimEnd().split("\n").length,
      why: `it ends ${end - flash.bytes.value} bytes behind the board's flash`,
    });
  return partitions;
}

/**
 * The images that a complete build left.
 *
 * @param images the folder where it left them
 * @throws Refusal `build-incomplete` where one is missing, `image-too-large` where one does not fit
 */
export async function findImages(
  images: string,
  board: ChipBoard,
  partitions: readonly Partition[],
): Promise<SizedImage[]> {
  const found: SizedImage[] = [];
  for (const image of expected(board, partitions)) {
    const info = await stat(join(images, image.file)).catch(() => undefined);
    if (!info) return refuse("build-incomplete", { board: board.name, path: join(images, image.file) });
    if (info.size > image.available)
      refuse("image-too-large", { image: image.name, bytes: info.size, available: image.available });
    found.push({ ...image, bytes: info.size });
  }
  return found;
}

function expected({ flash }: ChipBoard, partitions: readonly Partition[]): Omit<SizedImage, "bytes">[] {
  const application = { name: "application", offset: flash.appOffset.value };
  const table = flash.partitionTableOffset?.value;
  if (table === undefined) return [{ ...application, file: "main.bin", available: flash.appBytes.value }];
  const start = flash.bootloaderOffset?.value ?? 0;
  const factory = partitions.find(({ type }) => type === "app");
  return [
    { name: "bootloader", file: "bootloader.bin", offset: start, available: table - start },
    { name: "partition table", file: "partition-table.bin", offset: table, available: TABLE_BYTES },
    {
      ...application,
      ...(factory && { offset: factory.offset }),
      file: "xs_esp32.bin",
      available: factory?.bytes ?? 0,
    },
  ];
}

/** Copies the images to `target` and writes `flash.json` beside them. */
export async function collect(
  images: string,
  target: string,
  board: string,
  found: readonly SizedImage[],
  partitions: readonly Partition[],
): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const { file } of found) await copyFile(join(images, file), join(target, file));
  const flash: FlashFile = {
    format: 1,
    board,
    images: found.map(({ name, file, offset }) => ({ name, file, offset })),
    partitions,
  };
  await writeFile(join(target, "flash.json"), json(flash));
}
