/** Which samples a model is calibrated with, and on which it is evaluated. */
import { random, shuffled } from "../../compress/quantize/random.js";
import type { Dataset } from "./dataset.js";

export interface Split {
  readonly calibration: Dataset["samples"];
  readonly evaluation: Dataset;
  /** Whether no sample is in both. */
  readonly heldOut: boolean;
}

/**
 * Draws samples to calibrate with, the same ones for the same seed; the others are for evaluation. Where none are left, all
 * are for both.
 */
export function split({ samples, labels }: Dataset, calibration: number, seed: number): Split {
  const order = shuffled(samples.length, random(seed));
  const heldOut = calibration < samples.length;
  const evaluated = heldOut ? order.slice(calibration) : order;
  return {
    calibration: order.slice(0, calibration).map((i) => samples[i]),
    evaluation: {
      samples: evaluated.map((i) => samples[i]),
      ...(labels && { labels: evaluated.map((i) => labels[i]) }),
    },
    heldOut,
  };
}
