import { extremes } from "./observer.js";

/** Bins on both sides of zero together. */
export const BINS = 8192;
const HALF = BINS / 2;

/**
 * How often values occur, in bins of equal width about zero. Where a value lies beyond them, bins join in pairs, so that data is
 * looked at once. Exact zeros, which quantization always keeps, are counted apart.
 */
export class Histogram {
  /** Bin i counts the values from (i − BINS / 2) · width on. */
  readonly counts = new Float64Array(BINS);
  /** A power of two; 0 while only zeros were seen. */
  width = 0;
  zeros = 0;
  min = 0;
  max = 0;

  add(values: Float32Array): void {
    const { min, max } = extremes(values);
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
    this.#widen();
    for (const value of values) {
      if (value === 0) this.zeros++;
      else this.counts[Math.floor(value / this.width) + HALF]++;
    }
  }

  /** The middle of a bin. */
  middle(bin: number): number {
    return (bin - HALF + 0.5) * this.width;
  }

  /** The bin that a value between `min` and `max` is in. */
  bin(value: number): number {
    return this.width === 0 ? HALF : Math.floor(value / this.width) + HALF;
  }

  #widen(): void {
    const reach = Math.max(-this.min, this.max);
    if (reach === 0) return;
    const width = 2 ** Math.ceil(Math.log2(reach / (HALF - 1)));
    if (this.width === 0) this.width = width;
    for (; this.width < width; this.width *= 2) {
      const joined = new Float64Array(BINS);
      this.counts.forEach((count, bin) => {
        joined[Math.floor((bin - HALF) / 2) + HALF] += count;
      });
      this.counts.set(joined);
    }
  }
}
