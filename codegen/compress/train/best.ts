/** The network as it was best so far, for stopping early. */
import { type Arrays, copied, named, ofPart } from "./checkpoint.js";

export class Best {
  readonly #patience: number;
  #loss = Number.POSITIVE_INFINITY;
  #epoch = Number.POSITIVE_INFINITY;
  #arrays: Arrays | undefined;

  /** @param patience epochs without a better one; nothing is kept where not given */
  constructor(patience: number | undefined) {
    this.#patience = patience ?? 0;
  }

  /** Undefined where nothing is kept, or was considered yet. */
  get arrays(): Arrays | undefined {
    return this.#arrays;
  }

  /** The epoch that it was kept after. */
  get epoch(): number {
    return this.#epoch;
  }

  isOver(epochs: number): boolean {
    return this.#patience > 0 && epochs - this.#epoch >= this.#patience;
  }

  /** Keeps what an epoch has come to if its loss is lower than those before. */
  consider(loss: number, epoch: number, arrays: () => Arrays): void {
    if (this.#patience === 0 || !(loss < this.#loss)) return;
    this.#loss = loss;
    this.#epoch = epoch;
    this.#arrays = copied(arrays());
  }

  save(): Arrays {
    if (!this.#arrays) return new Map();
    return new Map([...named("arrays", this.#arrays), ["found", Float64Array.of(this.#loss, this.#epoch)]]);
  }

  load(arrays: Arrays): void {
    const found = arrays.get("found");
    if (!found) return;
    [this.#loss, this.#epoch] = found;
    this.#arrays = copied(ofPart("arrays", arrays));
  }
}
