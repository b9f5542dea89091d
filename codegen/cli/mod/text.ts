/** What `xsnn mod` prints. */

import type { ChipBoard } from "../../../boards/board.js";
import { thousands } from "../../emit/text.js";
import type { Mod } from "../../mod/mod.js";
import { creationBytes } from "../../plan/creation.js";
import { table } from "../table.js";
import type { ModRoom } from "./room.js";

/** A mod as it was written. */
export interface WrittenMod {
  readonly mod: Mod;
  readonly board: ChipBoard;
  readonly room: ModRoom;
  readonly folder: string;
  /** The .xsa file, where `mcrun` is on the PATH. */
  readonly archive?: Uint8Array;
}

export async function modText({ mod, board, room, folder, archive }: WrittenMod): Promise<string> {
  const { machine, ram, flash, partition } = room;
  const { module, resident, report } = mod;
  const rows = (parts: Readonly<Record<string, number>>, unit: string) =>
    Object.entries(parts).map(([name, bytes]) => [name, bytes, unit]);
  const sizes = await table(
    [{ title: "Takes" }, { title: "Bytes", align: "right" }, { title: "" }],
    [...rows(ram, "of RAM"), ...rows(flash, archive ? "of flash" : "of flash, predicted")],
  );
  const forms = [...new Set(report.layers.map(({ form }) => form))].join(", ");
  const lines = [
    `Layers are ${forms}. Nothing of a mod is preloaded: its constants take RAM, code and weights stay in flash.`,
    `The host's machine on ${board.name}: ${thousands(creationBytes(machine.creation))} bytes, as host-manifest.json asks${machine.withWifi ? "" : ", without Wi-Fi"}.`,
    `Names: ${thousands(resident.names)} that the firmware may not have; host-manifest.json asks for places for them.`,
    `Archive: ${thousands(partition.needed)} of ${thousands(partition.available)} bytes${archive ? "" : ", predicted"}.`,
    archive
      ? `Built ${module}.xsa with mcrun for ${board.moddable.platform}.`
      : `mcrun is not on the PATH, so there is no ${module}.xsa: in ${folder} type ` +
        `\`mcrun -m -p ${board.moddable.platform} -t build -noCheckModule\`, or call this command again where the SDK is.`,
    `Written to ${folder}: the application includes host-manifest.json, then imports "${module}".`,
  ];
  return `${sizes}\n${lines.join("\n")}\n`;
}
