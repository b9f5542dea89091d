/** Which samples a network is trained with, and on which it is evaluated. */
import type { Dataset } from "../data/dataset.js";
import { split } from "../data/split.js";

export interface HeldOut {
  readonly training: Dataset;
  /** Undefined where a share of the samples is less than one. */
  readonly validation: Dataset | undefined;
}

/** Holds a share of the samples out, the same ones for the same seed. One sample at least is trained with. */
export function holdOut(dataset: Dataset, share: number, seed: number): HeldOut {
  const { length } = dataset.samples;
  const count = Math.min(Math.round(share * length), length - 1);
  if (count === 0) return { training: dataset, validation: undefined };
  const { used, evaluation } = split(dataset, length - count, seed);
  return { training: used, validation: evaluation };
}
