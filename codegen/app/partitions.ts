/** The partition table of an application with room for mods and for updates of its models. */
import type { Partition } from "../../boards/flash/flash-file.js";
import { refuse } from "../problems/problem.js";

/** The flash of a board, in bytes. */
export interface Flash {
  /** Name of the board. */
  readonly board: string;
  readonly bytes: number;
  readonly appOffset: number;
  /** XS, Moddable's modules and the vendor's SDK. */
  readonly firmwareBytes: number;
}

/** What models take of it, in bytes. */
export interface ModelFlash {
  /** Code, frozen objects and constants, predicted. */
  readonly flashBytes: number;
  readonly weightsBytes: number;
  readonly vectorsBytes: number;
}

/** The unit of flash that is erased, and that of the memory map, in which applications are aligned. */
const BLOCK = 0x1000;
const PAGE = 0x10000;

/** What an update may be larger than the model that is there. */
const RESERVE = 1.25;

/**
 * ESP-IDF's two data partitions, the application, `xs`, where Moddable looks for a mod, and `xsnn`, the model store: two slots of
 * equal size, each a block of header, the largest model's weights and its vectors. The application gets what is left.
 *
 * @throws Refusal `partitions-too-small` where that is less than it needs
 */
export function partitionTable(flash: Flash, models: readonly ModelFlash[]): Partition[] {
  const largest = (bytes: (model: ModelFlash) => number) => Math.max(...models.map(bytes));
  const mod = roundUp(RESERVE * largest(({ flashBytes }) => flashBytes), PAGE);
  const slot = (it: ModelFlash) => BLOCK + roundUp(RESERVE * it.weightsBytes + it.vectorsBytes, BLOCK);
  const store = 2 * largest(slot);
  const available = Math.max(0, flash.bytes - flash.appOffset - mod - store);
  const application = available - (available % PAGE);
  const needed = models.reduce((sum, it) => sum + it.flashBytes + it.vectorsBytes, flash.firmwareBytes);
  if (needed > application)
    refuse("partitions-too-small", { board: flash.board, needed, application, mod, store });
  const xs = flash.appOffset + application;
  return [
    { name: "nvs", type: "data", subtype: "nvs", offset: 0x9000, bytes: 0x6000 },
    { name: "phy_init", type: "data", subtype: "phy", offset: 0xf000, bytes: 0x1000 },
    { name: "factory", type: "app", subtype: "factory", offset: flash.appOffset, bytes: application },
    { name: "xs", type: "0x40", subtype: "1", offset: xs, bytes: mod },
    { name: "xsnn", type: "data", subtype: "0x41", offset: xs + mod, bytes: store },
  ];
}

function roundUp(bytes: number, unit: number): number {
  return Math.max(1, Math.ceil(bytes / unit)) * unit;
}

/** The table as ESP-IDF reads it. */
export function partitionsCsv(partitions: readonly Partition[]): string {
  const rows = partitions.map(({ name, type, subtype, offset, bytes }) =>
    [name, type, subtype, hex(offset), hex(bytes)].join(", "),
  );
  return ["# Name, Type, SubType, Offset, Size", ...rows, ""].join("\n");
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
