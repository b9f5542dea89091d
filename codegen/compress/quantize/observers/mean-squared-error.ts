import { Histogram } from "./histogram.js";
import { type Observer, type Range, withZero } from "./observer.js";

/** Bounds tried on each side, in equal steps down to 0. */
const CANDIDATES = 128;

/**
 * The range with the least mean squared error: a rounding error is uniform over a step, step²/12 on average, and a clamped
 * value is as wrong as it lies outside.
 */
export class MeanSquaredError implements Observer {
  readonly #histogram = new Histogram();

  observe(values: Float32Array): void {
    this.#histogram.add(values);
  }

  range(levels: number): Range {
    const { counts, min, max } = this.#histogram;
    const rounded = counts.reduce((sum, count) => sum + count, 0);
    const below = this.#clamped(min);
    const above = this.#clamped(max);
    let best = { min, max };
    let least = Number.POSITIVE_INFINITY;
    for (const low of below)
      for (const high of above) {
        const step = (high.bound - low.bound) / (levels - 1);
        const inside = rounded - low.count - high.count;
        const error = low.error + high.error + (inside * step * step) / 12;
        if (error < least) {
          least = error;
          best = { min: low.bound, max: high.bound };
        }
      }
    return withZero(best.min, best.max);
  }

  /** For bounds from an extreme value down to 0, how many values lie beyond, and the sum of their squared distances. */
  #clamped(extreme: number) {
    const histogram = this.#histogram;
    if (extreme === 0) return [{ bound: 0, count: 0, error: 0 }];
    const outward = Math.sign(extreme);
    let [count, sum, squares] = [0, 0, 0];
    let bin = histogram.bin(extreme);
    return Array.from({ length: CANDIDATES }, (_, i) => {
      const bound = extreme * (1 - i / CANDIDATES);
      for (; (histogram.middle(bin) - bound) * outward > 0; bin -= outward) {
        const [found, middle] = [histogram.counts[bin], histogram.middle(bin)];
        count += found;
        sum += found * middle;
        squares += found * middle * middle;
      }
      return { bound, count, error: squares - 2 * bound * sum + bound * bound * count };
    });
  }
}
