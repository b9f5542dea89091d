import type { Partition } from "../../../boards/flash/flash-file.js";
import type { AppBoard } from "../../app/app.js";
import { table } from "../table.js";

/** An application's partitions as a table; a sentence on boards that have none. */
export async function partitionsText({ name, partitions }: AppBoard, flashBytes: number): Promise<string> {
  if (!partitions)
    return `${name} has no partition table: mods go behind the application, and there is no model store.\n`;
  const free = flashBytes - Math.max(...partitions.map(({ offset, bytes }) => offset + bytes));
  const rows = partitions.map((it) => [it.name, purposeOf(it), `0x${it.offset.toString(16)}`, it.bytes]);
  if (free > 0) rows.push(["", "not used", "", free]);
  return table(
    [
      { title: "Partition" },
      { title: "For" },
      { title: "Offset", align: "right" },
      { title: "Bytes", align: "right" },
    ],
    rows,
  );
}

const PURPOSES: Readonly<Record<string, string>> = {
  nvs: "settings of ESP-IDF",
  phy_init: "the radio",
  factory: "application",
  xs: "mods",
  xsnn: "model store, two slots",
};

function purposeOf({ name }: Partition): string {
  return PURPOSES[name] ?? "";
}
