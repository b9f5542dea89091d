import { Histogram } from "./histogram.js";
import { type Observer, type Range, withZero } from "./observer.js";

/** The part of all values that may lie outside on each side. */
const OUTSIDE = 1e-4;

/** Leaves the outermost 0.01 % of all values out on each side. */
export class Percentile implements Observer {
  readonly #histogram = new Histogram();

  observe(values: Float32Array): void {
    this.#histogram.add(values);
  }

  range(): Range {
    const { counts, zeros, min, max } = this.#histogram;
    const allowed = OUTSIDE * counts.reduce((sum, count) => sum + count, zeros);
    const low = outermost(counts, allowed, 0, 1);
    const high = outermost(counts, allowed, counts.length - 1, -1);
    return withZero(
      Math.max(min, this.#histogram.middle(low) - this.#histogram.width / 2),
      Math.min(max, this.#histogram.middle(high) + this.#histogram.width / 2),
    );
  }
}

/** The first bin from one end on before which and in which there are more values than allowed. */
function outermost(counts: Float64Array, allowed: number, from: number, step: 1 | -1): number {
  let seen = 0;
  let bin = from;
  for (; bin >= 0 && bin < counts.length; bin += step) {
    seen += counts[bin];
    if (seen > allowed) return bin;
  }
  return from;
}
