import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Partition } from "../../../boards/flash/flash-file.js";
import { LINKED } from "../../../boards/moddable/build.js";
import type { SizedImage } from "../../../boards/moddable/images.js";
import type { Platform } from "../../../boards/moddable/platform.js";
import { thousands } from "../../emit/text.js";
import { table } from "../table.js";

/** Images and partitions against the flash of a board. */
export async function flashText(
  images: readonly SizedImage[],
  partitions: readonly Partition[],
  flashBytes: number,
): Promise<string> {
  const imageOf = (offset: number) => images.find((image) => image.offset === offset);
  const places = [
    ...images
      .filter(({ offset }) => !partitions.some((partition) => partition.offset === offset))
      .map(({ name, offset, available }) => ({ name, offset, bytes: available })),
    ...partitions,
  ].sort((a, b) => a.offset - b.offset);
  const rows = places.map(({ name, offset, bytes }) => {
    const image = imageOf(offset);
    return [name, `0x${offset.toString(16)}`, bytes, image?.bytes ?? "", image ? bytes - image.bytes : ""];
  });
  const end = Math.max(...places.map(({ offset, bytes }) => offset + bytes));
  const right = (title: string) => ({ title, align: "right" }) as const;
  const text = await table(
    [{ title: "Place" }, right("Offset"), right("Bytes"), right("Image"), right("Free")],
    rows,
  );
  return `${text}Flash: ${thousands(end)} of ${thousands(flashBytes)} bytes are planned\n`;
}

/** Sizes of what was linked without the chip's SDK, by file. */
export async function linkedSizes(folder: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const file of LINKED) sizes[file] = (await stat(join(folder, file))).size;
  return sizes;
}

export function linkedText(
  board: string,
  vendor: NonNullable<Platform["vendor"]>,
  sizes: Readonly<Record<string, number>>,
): string {
  const files = Object.entries(sizes).map(([file, bytes]) => `${file} (${thousands(bytes)} bytes of C)`);
  return `${board}: all modules are compiled and linked: ${files.join(", ")}.
No image was made: ${vendor.name} is not there, which compiles that C and makes images. Install it and set ${vendor.variable};
\`xsnn doctor --board ${board}\` says how.
`;
}
