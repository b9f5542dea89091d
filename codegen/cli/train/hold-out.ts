/** Which samples a network is trained with, and on which it is evaluated. */
import { warmRandom } from "../../compress/prune/random.js";
import { shuffled } from "../../compress/quantize/random.js";
import type { Dataset } from "../data/dataset.js";

export interface HeldOut {
  readonly training: Dataset;
  /** Undefined where a share of the samples is less than one. */
  readonly validation: Dataset | undefined;
}

/** Holds a share of the samples out, the same ones for the same seed. One sample at least is trained with. */
export function holdOut({ samples, labels }: Dataset, share: number, seed: number): HeldOut {
  const order = shuffled(samples.length, warmRandom(seed));
  const count = Math.min(Math.round(share * samples.length), samples.length - 1);
  const pick = (indexes: readonly number[]): Dataset => ({
    samples: indexes.map((i) => samples[i]),
    ...(labels && { labels: indexes.map((i) => labels[i]) }),
  });
  return {
    training: pick(order.slice(count)),
    validation: count > 0 ? pick(order.slice(0, count)) : undefined,
  };
}
