/** NOR flash that loses power: every byte that is programmed and every stage of an erasure may be the last. */
import type { Partition } from "../../runtime/store/partition.js";

/** Thrown when the power goes, and by whatever the program does after that. */
export class PowerCut extends Error {}

/** What an erasure that was interrupted may leave of a block. Real flash programs all bits to 0 before it erases. */
const HALF_ERASED: readonly ((block: Uint8Array, random: () => number) => void)[] = [
  () => {},
  (block) => block.fill(0),
  (block) => block.fill(255, 0, block.length >> 1),
  (block) => block.fill(255, block.length >> 1),
  (block) => block.fill(255, 0, 100),
  (block) => block.fill(255, 100),
  (block) => block.fill(255, 60, 180),
  (block, random) => {
    for (let i = 0; i < block.length; i++) block[i] |= random();
  },
  (block, random) => {
    for (let i = 0; i < block.length; i++) block[i] = random();
  },
];

export class FlashEmulator implements Partition {
  readonly bytes: number;
  readonly blockBytes: number;
  readonly memory: Uint8Array<ArrayBuffer>;
  /** Bytes and stages of erasures that were done. */
  steps = 0;
  #powerAt = Number.POSITIVE_INFINITY;
  #seed = 1;

  constructor(blocks: number, blockBytes: number) {
    this.bytes = blocks * blockBytes;
    this.blockBytes = blockBytes;
    this.memory = new Uint8Array(this.bytes).fill(255);
  }

  /**
   * The same content, with power for so many more steps.
   *
   * @param seed what the last one leaves is random
   */
  copy(steps = Number.POSITIVE_INFINITY, seed = 1): FlashEmulator {
    const copy = new FlashEmulator(this.bytes / this.blockBytes, this.blockBytes);
    copy.memory.set(this.memory);
    copy.#powerAt = steps;
    copy.#seed = 1 + seed * 7919 + (Number.isFinite(steps) ? steps : 0);
    return copy;
  }

  map(): ArrayBuffer {
    return this.memory.buffer;
  }

  erase(block: number): void {
    if (!Number.isInteger(block) || block < 0 || block >= this.bytes / this.blockBytes)
      throw new RangeError(`there is no block ${block}`);
    const cells = this.memory.subarray(block * this.blockBytes, (block + 1) * this.blockBytes);
    for (const half of HALF_ERASED) if (!this.#step()) this.#cut(() => half(cells, () => this.#random()));
    cells.fill(255);
  }

  write(offset: number, bytes: Uint8Array): void {
    if (offset % 4 !== 0 || bytes.length % 4 !== 0 || offset < 0 || offset + bytes.length > this.bytes)
      throw new RangeError(`${bytes.length} bytes at ${offset} cannot be written`);
    for (const [i, byte] of bytes.entries()) {
      const at = offset + i;
      if (byte & ~this.memory[at]) throw new RangeError(`a bit at ${at} would go from 0 to 1`);
      if (!this.#step()) {
        const programmed = this.memory[at] & byte;
        this.#cut(() => {
          this.memory[at] = programmed | (this.memory[at] & this.#random());
        });
      }
      this.memory[at] &= byte;
    }
  }

  #step(): boolean {
    if (this.steps > this.#powerAt) throw new PowerCut();
    return this.steps++ < this.#powerAt;
  }

  #cut(leave: () => void): never {
    leave();
    throw new PowerCut();
  }

  #random(): number {
    this.#seed = (this.#seed * 48271) % 2147483647;
    return (this.#seed >> 8) & 255;
  }
}
