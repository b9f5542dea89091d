import { extremes, type Observer, type Range, withZero } from "./observer.js";

/** What a new sample counts. */
const WEIGHT = 0.1;

/** Exponential moving averages of the samples' least and greatest values: a single outlier does not decide. */
export class MovingAverage implements Observer {
  #average: Range | undefined;

  /** @param average what was observed before */
  constructor(average?: Range) {
    this.#average = average;
  }

  /** What is known so far; undefined before the first sample. */
  get average(): Range | undefined {
    return this.#average;
  }

  observe(values: Float32Array): void {
    const { min, max } = extremes(values);
    const before = this.#average ?? { min, max };
    this.#average = {
      min: before.min + WEIGHT * (min - before.min),
      max: before.max + WEIGHT * (max - before.max),
    };
  }

  range(): Range {
    const { min, max } = this.#average ?? { min: 0, max: 0 };
    return withZero(min, max);
  }
}
