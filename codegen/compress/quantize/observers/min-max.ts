import { extremes, type Observer, type Range, withZero } from "./observer.js";

/** Everything seen lies in the range. */
export class MinMax implements Observer {
  #min = 0;
  #max = 0;

  observe(values: Float32Array): void {
    const { min, max } = extremes(values);
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
  }

  range(): Range {
    return withZero(this.#min, this.#max);
  }
}
