/** Which places of `memory.planes` are free. */
export class Slots {
  /** How many have been taken at once, at most. */
  count = 0;
  readonly #isTaken: boolean[] = [];

  /** @returns the first of `length` places in a row, at least `from` */
  take(length: number, from = 0): number {
    let first = from;
    for (let run = 0; run < length; run++)
      if (this.#isTaken[first + run]) {
        first += run + 1;
        run = -1;
      }
    this.#isTaken.length = Math.max(this.#isTaken.length, first + length);
    this.#isTaken.fill(true, first, first + length);
    this.count = Math.max(this.count, first + length);
    return first;
  }

  /** As many as reach to the last one that is taken now. */
  get used(): number {
    return this.#isTaken.lastIndexOf(true) + 1;
  }

  free(first: number, length: number): void {
    this.#isTaken.fill(false, first, first + length);
  }
}
