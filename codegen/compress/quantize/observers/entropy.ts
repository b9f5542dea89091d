import { Histogram } from "./histogram.js";
import { type Observer, type Range, withZero } from "./observer.js";

/** Greatest magnitudes tried, in equal steps down to the narrowest part of what was seen. */
const CANDIDATES = 64;
const NARROWEST = 1 / 8;

/**
 * The range that keeps most of the distribution: the least relative entropy (Kullback-Leibler) between the clamped
 * histogram and what quantization leaves of it (Migacz, 8-bit inference with TensorRT, 2017).
 */
export class Entropy implements Observer {
  readonly #histogram = new Histogram();

  observe(values: Float32Array): void {
    this.#histogram.add(values);
  }

  range(levels: number): Range {
    const { min, max } = this.#histogram;
    let best = { min, max };
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < CANDIDATES; i++) {
      const magnitude = Math.max(-min, max) * (1 - ((1 - NARROWEST) * i) / CANDIDATES);
      const range = { min: Math.max(min, -magnitude), max: Math.min(max, magnitude) };
      const divergence = this.#divergence(range, levels);
      if (divergence < least) {
        least = divergence;
        best = range;
      }
    }
    return withZero(best.min, best.max);
  }

  /** Relative entropy, in nats, of the histogram clamped to a range and of its quantization. */
  #divergence({ min, max }: Range, levels: number): number {
    const { counts } = this.#histogram;
    const [first, last] = [this.#histogram.bin(min), this.#histogram.bin(max)];
    const inside = counts.slice(first, last + 1);
    const clamped = inside.slice();
    clamped[0] += total(counts.subarray(0, first));
    clamped[clamped.length - 1] += total(counts.subarray(last + 1));
    const quantized = spread(inside, Math.min(levels, inside.length));
    const [all, kept] = [total(clamped), total(quantized)];
    if (all === 0 || kept === 0) return Number.POSITIVE_INFINITY;
    let divergence = 0;
    clamped.forEach((count, bin) => {
      if (count === 0) return;
      // An edge bin that only outliers fill is as likely in the quantized distribution as one value.
      const found = Math.max(quantized[bin], 1);
      divergence += (count / all) * Math.log(count / all / (found / kept));
    });
    return divergence;
  }
}

/** The histogram after quantization: the bins of each level share what they have, empty ones stay empty. */
function spread(counts: Float64Array, levels: number): Float64Array {
  const quantized = new Float64Array(counts.length);
  for (let level = 0; level < levels; level++) {
    const from = Math.floor((level * counts.length) / levels);
    const to = Math.floor(((level + 1) * counts.length) / levels);
    const bins = counts.subarray(from, to);
    const filled = bins.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
    const mean = total(bins) / filled;
    bins.forEach((count, i) => {
      if (count > 0) quantized[from + i] = mean;
    });
  }
  return quantized;
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
