/** How the values of a tensor are distributed, to be drawn beside the range that was chosen for them. */
import { BINS, Histogram } from "../quantize/observers/histogram.js";

export interface Distribution {
  readonly min: number;
  readonly max: number;
  /** The part of the values that are exactly 0, which no bin counts. */
  readonly zeros: number;
  /** Values in bins of equal width from `min` to `max`; empty where all are the same. */
  readonly counts: readonly number[];
}

/** Bins that are drawn. */
const DRAWN = 64;

/** The distribution of values that are given in one or more parts. */
export class Distributed {
  readonly #histogram = new Histogram();
  #values = 0;

  add(values: Float32Array): void {
    this.#histogram.add(values);
    this.#values += values.length;
  }

  get distribution(): Distribution {
    const { min, max, zeros, counts } = this.#histogram;
    const drawn = min === max ? [] : Array<number>(DRAWN).fill(0);
    for (let bin = 0; bin < BINS && drawn.length > 0; bin++) {
      if (counts[bin] === 0) continue;
      const place = Math.floor((DRAWN * (this.#histogram.middle(bin) - min)) / (max - min));
      drawn[Math.max(0, Math.min(DRAWN - 1, place))] += counts[bin];
    }
    return { min, max, zeros: this.#values === 0 ? 0 : zeros / this.#values, counts: drawn };
  }
}
