/** Numbers from 0 on in sets, of which two can become one. */
export class DisjointSets {
  readonly #parents: Int32Array;

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, i) => i);
  }

  /** The number that stands for the set that one is in. */
  find(member: number): number {
    let root = member;
    while (this.#parents[root] !== root) root = this.#parents[root];
    for (let next = member; next !== root; ) {
      const parent = this.#parents[next];
      this.#parents[next] = root;
      next = parent;
    }
    return root;
  }

  join(a: number, b: number): void {
    this.#parents[this.find(b)] = this.find(a);
  }
}
