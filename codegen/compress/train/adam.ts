/** Adam on plain arrays: TensorFlow.js's own cannot be stopped and gone on with to the same bits. */
import type { Arrays } from "./checkpoint.js";
import type { Parameter } from "./parameter.js";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Updates so far. */
  count: number;
}

/** Kingma & Ba 2015, arXiv:1412.6980, algorithm 1 in the order of computation at the end of section 2. */
export class Adam {
  readonly #moments = new Map<string, Moments>();

  /**
   * One update.
   *
   * @param gradient in the order of the parameter's values
   */
  update({ name, values }: Parameter, gradient: Float32Array, rate: number): void {
    const moments = this.#of(name, values.length);
    const { first, second } = moments;
    moments.count++;
    const step = (rate * Math.sqrt(1 - BETA2 ** moments.count)) / (1 - BETA1 ** moments.count);
    for (let i = 0; i < values.length; i++) {
      first[i] += (1 - BETA1) * (gradient[i] - first[i]);
      second[i] += (1 - BETA2) * (gradient[i] * gradient[i] - second[i]);
      values[i] -= (step * first[i]) / (Math.sqrt(second[i]) + EPSILON);
    }
  }

  /** Forgets all gradients, where parameters get another meaning. */
  reset(): void {
    this.#moments.clear();
  }

  save(): Arrays {
    const arrays = new Map<string, Float32Array | Float64Array>();
    for (const [name, { first, second, count }] of this.#moments) {
      arrays.set(`${name}/first`, first);
      arrays.set(`${name}/second`, second);
      arrays.set(`${name}/count`, Float64Array.of(count));
    }
    return arrays;
  }

  load(arrays: Arrays): void {
    this.reset();
    for (const [key, count] of arrays) {
      if (!key.endsWith("/count")) continue;
      const name = key.slice(0, -"/count".length);
      const [first, second] = ["first", "second"].map((part) => arrays.get(`${name}/${part}`)!);
      this.#moments.set(name, {
        first: Float32Array.from(first),
        second: Float32Array.from(second),
        count: count[0],
      });
    }
  }

  #of(name: string, length: number): Moments {
    const known = this.#moments.get(name) ?? {
      first: new Float32Array(length),
      second: new Float32Array(length),
      count: 0,
    };
    this.#moments.set(name, known);
    return known;
  }
}
