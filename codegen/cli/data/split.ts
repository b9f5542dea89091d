/** Which samples a model is calibrated with or learns from, and on which it is evaluated. */
import { random, shuffled } from "../../compress/quantize/random.js";
import type { Dataset } from "./dataset.js";

export interface Split {
  readonly used: Dataset;
  readonly evaluation: Dataset;
  /** Whether no sample is in both. */
  readonly heldOut: boolean;
}

/**
 * Draws samples to use, the same ones for the same seed; the others are for evaluation. Where none are left, all are for both.
 */
export function split({ samples, labels }: Dataset, used: number, seed: number): Split {
  const order = shuffled(samples.length, random(seed));
  const heldOut = used < samples.length;
  const chosen = (indexes: readonly number[]): Dataset => ({
    samples: indexes.map((i) => samples[i]),
    ...(labels && { labels: indexes.map((i) => labels[i]) }),
  });
  return {
    used: chosen(order.slice(0, used)),
    evaluation: chosen(heldOut ? order.slice(used) : order),
    heldOut,
  };
}
