/** Real values between two bounds, 0 among them. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Looks at what a tensor holds in one sample after another, and tells which range to quantize. */
export interface Observer {
  /** @param values of one sample, all finite */
  observe(values: Float32Array): void;
  /**
   * The range for a quantization of so many levels; what is outside is clamped. 0 is inside: it must have a value of its
   * own for padding and activations.
   */
  range(levels: number): Range;
}

/** A range with 0 in it. */
export function withZero(min: number, max: number): Range {
  return { min: Math.min(0, min), max: Math.max(0, max) };
}

/** The least and greatest of some values. */
export function extremes(values: Float32Array): Range {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}
