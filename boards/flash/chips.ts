/** Chips as boards' descriptions call them, and as Espressif's loaders and images do. */
import { refuse } from "../../codegen/problems/problem.js";
import type { ChipBoard } from "../description.js";

export interface LoaderChip {
  /** What the loader calls it. */
  readonly name: string;
  /** Stands in the header of images that are made for it; null where the header has no room for it. */
  readonly imageId: number | null;
  /** Whether its ROM can write and verify what it is sent, so that no stub is needed for that. */
  readonly romWrites: boolean;
}

const chip = (name: string, imageId: number): LoaderChip => ({ name, imageId, romWrites: true });

/** Source of the numbers: `esp_chip_id_t` of ESP-IDF's bootloader, esp_app_format.h. */
const CHIPS: Readonly<Record<string, LoaderChip>> = {
  ESP32: chip("ESP32", 0),
  "ESP32-S2": chip("ESP32-S2", 2),
  "ESP32-C3": chip("ESP32-C3", 5),
  "ESP32-S3": chip("ESP32-S3", 9),
  "ESP32-C6": chip("ESP32-C6", 13),
  "ESP32-H2": chip("ESP32-H2", 16),
  ESP8266EX: { name: "ESP8266", imageId: null, romWrites: false },
};

/** @throws Refusal `flash-chip-unknown` */
export function loaderChip({ name, chip }: ChipBoard): LoaderChip {
  if (Object.hasOwn(CHIPS, chip)) return CHIPS[chip];
  return refuse("flash-chip-unknown", { board: name, chip, known: Object.keys(CHIPS) });
}

/** What an image's header says it is made for, as people call the chip. */
export function imageChipName(imageId: number): string {
  return Object.values(CHIPS).find((known) => known.imageId === imageId)?.name ?? `chip number ${imageId}`;
}
