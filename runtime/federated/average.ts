/**
 * Weighted federated averaging (McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data",
 * 2017) in integers: Σ difference · samples / Σ samples. Sums are exact, so that updates give the same bits in any order.
 *
 * Exact: a difference has at most 2^31, samples of a round add up to less than 2^22, so every sum stays below 2^53, where
 * doubles are integers.
 */
import type { Entries } from "./entries.js";

/** Samples of all boards of a round must be fewer than this. */
export const SAMPLES_LIMIT = 2 ** 22;

/** As many samples as each of some boards may say it has trained on. */
export function mostSamples(boards: number): number {
  return Math.floor((SAMPLES_LIMIT - 1) / boards);
}

/** sum / samples, rounded to the nearest integer, halves away from zero. */
function quotient(sum: number, samples: number): number {
  const rest = sum % samples;
  const whole = (sum - rest) / samples; // exact: a multiple
  if (2 * rest >= samples) return whole + 1;
  return -2 * rest >= samples ? whole - 1 : whole;
}

export class Average {
  samples = 0;
  private readonly sums: readonly Float64Array[];

  /** @param lengths of the tensors */
  constructor(lengths: readonly number[]) {
    this.sums = lengths.map((length) => new Float64Array(length));
  }

  /**
   * Adds an update.
   *
   * @param tensors differences from the parameters that the round began with
   * @param samples that they were trained on, 1 or more
   * @throws RangeError where sums might not be exact any more
   */
  add(tensors: readonly Entries[], samples: number): void {
    if (!(samples >= 1) || this.samples + samples >= SAMPLES_LIMIT)
      throw new RangeError(`${this.samples} and ${samples} samples: a round has 1 to ${SAMPLES_LIMIT - 1}`);
    this.samples += samples;
    for (let t = 0; t < tensors.length; t++) {
      const { indexes, values } = tensors[t];
      const sums = this.sums[t];
      const { length } = values;
      if (indexes)
        for (let j = 0; j < length; j++) {
          const i = indexes[j];
          sums[i] += values[j] * samples;
        }
      else for (let i = 0; i < length; i++) sums[i] += values[i] * samples;
    }
  }

  /** The weighted mean of all updates so far, of which there is one at least. */
  mean(): Int32Array<ArrayBuffer>[] {
    const { samples } = this;
    return this.sums.map((sums) => {
      const { length } = sums;
      const means = new Int32Array(length);
      for (let i = 0; i < length; i++) means[i] = quotient(sums[i], samples);
      return means;
    });
  }

  clear(): void {
    this.samples = 0;
    for (const sums of this.sums) sums.fill(0);
  }
}
