/** Labelled pictures, split the same way each time into those to train on and those held out. */
import { seeded, shuffled } from "./random.js";

/** Height and width of a picture. */
export const SIDE = 28;

/** How many classes there are. */
export const CLASSES = 10;

export interface Picture {
  /** SIDE × SIDE, row-major from the top left; 0 is the black background, 255 is white. */
  readonly pixels: Uint8Array;
  /** 0 to CLASSES − 1: also the index of the model's output for it. */
  readonly label: number;
}

export interface Pictures {
  readonly training: readonly Picture[];
  /** Never trained on, calibrated on or chosen by. */
  readonly holdout: readonly Picture[];
}

/** Mixes pictures by a seed; the first of them are held out. */
export function split(all: readonly Picture[], holdout: number, seed: number): Pictures {
  const mixed = shuffled(all, seeded(seed));
  return { training: mixed.slice(holdout), holdout: mixed.slice(0, holdout) };
}
