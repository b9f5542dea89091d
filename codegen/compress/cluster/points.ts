/** Numbers in order, of which sums over any run are known at once. */

/** A number, and how much an error of it counts. */
export interface Point {
  readonly value: number;
  readonly weight: number;
}

/** Points by value, equal ones as one. */
export class Points {
  readonly values: Float64Array;
  /** Σ weight, Σ weight · value and Σ weight · value² of the first i points, at place i. */
  readonly #weights: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #isWhole: boolean;

  /** @param isWhole whether only whole numbers may stand for points */
  constructor(points: readonly Point[], isWhole: boolean) {
    const merged: { value: number; weight: number }[] = [];
    for (const { value, weight } of points.toSorted((a, b) => a.value - b.value)) {
      const last = merged.at(-1);
      if (last?.value === value) last.weight += weight;
      else merged.push({ value, weight });
    }
    this.#isWhole = isWhole;
    this.values = Float64Array.from(merged, ({ value }) => value);
    this.#weights = running(merged.map(({ weight }) => weight));
    this.#sums = running(merged.map(({ value, weight }) => weight * value));
    this.#squares = running(merged.map(({ value, weight }) => weight * value * value));
  }

  get length(): number {
    return this.values.length;
  }

  /** What stands best for points from `from` to before `to`, one at least: their mean, or the whole number next to it. */
  centre(from: number, to: number): number {
    const mean = this.#mean(from, to);
    return this.#isWhole ? Math.round(mean) : mean;
  }

  weight(from: number, to: number): number {
    return this.#weights[to] - this.#weights[from];
  }

  /** Σ weight · (value − centre)² of them; never negative. */
  error(from: number, to: number, centre: number): number {
    const sum = this.#sums[to] - this.#sums[from];
    const square = this.#squares[to] - this.#squares[from];
    return Math.max(0, square - 2 * centre * sum + centre * centre * this.weight(from, to));
  }

  /** The first point of at least a value; `length` where all are below. */
  firstFrom(value: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.values[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Runs of neighbours as one point each: at most so many, of about the same width. */
  inCells(most: number): Points {
    if (this.length <= most) return this;
    const [least] = this.values;
    const width = (this.values[this.length - 1] - least) / most;
    const cells: Point[] = [];
    for (let from = 0, cell = 1; from < this.length; cell++) {
      const to = cell >= most ? this.length : this.firstFrom(least + cell * width);
      if (to > from) cells.push({ value: this.#mean(from, to), weight: this.weight(from, to) });
      from = to;
    }
    return new Points(cells, this.#isWhole);
  }

  #mean(from: number, to: number): number {
    return (this.#sums[to] - this.#sums[from]) / this.weight(from, to);
  }
}

function running(values: readonly number[]): Float64Array {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, i) => {
    sums[i + 1] = sums[i] + value;
  });
  return sums;
}
