import { AT_COUNTER, AT_MAGIC, AT_STRUCTURE, HEADER_BYTES, MAGIC } from "./header.js";
import type { Partition } from "./partition.js";

/**
 * Marks are words behind the header, each of them written once: from all ones to 0. What a power cut leaves of a mark is
 * neither; it counts as what does no harm.
 */
export const AT_VERIFIED = 48;
const AT_CONFIRMED = 49;
const AT_BAD = 50;
const AT_ATTEMPTS = 52;

/** Attempts that can be counted, one for each word that is left. */
export const MOST_TRIES = 8;

/** Bytes of header and marks. */
const HEAD_BYTES = 4 * (AT_ATTEMPTS + MOST_TRIES);

const UNTOUCHED = -1;

/** Half of the store's partition: a block with header and marks, and from the next block on the payload. */
export class Slot {
  /** Words of header and marks, read in place. */
  readonly words: Int32Array;
  /** Bytes of the payload at most. */
  readonly capacity: number;
  private readonly partition: Partition;
  private readonly memory: ArrayBuffer;
  /** Where its first block and its payload begin in the partition, in bytes. */
  private readonly start: number;
  private readonly payloadStart: number;

  /** @param blocks of the slot, the first of which is `firstBlock` of the partition */
  constructor(partition: Partition, memory: ArrayBuffer, firstBlock: number, blocks: number) {
    this.partition = partition;
    this.memory = memory;
    this.start = firstBlock * partition.blockBytes;
    this.payloadStart = this.start + partition.blockBytes;
    this.capacity = (blocks - 1) * partition.blockBytes;
    this.words = new Int32Array(memory, this.start, HEAD_BYTES / 4);
  }

  /** Version counter of what was verified in it and not found bad since; 0 where nothing was. Whether it `fits` is to be asked. */
  get counter(): number {
    const { words } = this;
    return words[AT_VERIFIED] === 0 && words[AT_BAD] === UNTOUCHED ? words[AT_COUNTER] : 0;
  }

  /** As `counter`, but also of what was found bad. */
  get counterEvenIfBad(): number {
    const { words } = this;
    return words[AT_VERIFIED] === 0 ? words[AT_COUNTER] : 0;
  }

  /** Whether a model for code of that structure is in it. 128 bits of the hash tell those apart that nobody forged. */
  fits(hash: readonly number[]): boolean {
    const { words } = this;
    const at = AT_STRUCTURE;
    return (
      words[AT_MAGIC] === MAGIC &&
      words[at] === hash[0] &&
      words[at + 1] === hash[1] &&
      words[at + 2] === hash[2] &&
      words[at + 3] === hash[3]
    );
  }

  get isConfirmed(): boolean {
    return this.words[AT_CONFIRMED] === 0;
  }

  /** Counts an attempt. @returns whether there was one left of `tries` */
  attempt(tries: number): boolean {
    for (let i = AT_ATTEMPTS; i < AT_ATTEMPTS + tries; i++)
      if (this.words[i] === UNTOUCHED) {
        this.mark(i);
        return true;
      }
    return false;
  }

  confirm(): void {
    this.mark(AT_CONFIRMED);
  }

  markBad(): void {
    this.mark(AT_BAD);
  }

  /** Bytes of the header, read in place. */
  get header(): Uint8Array {
    return new Uint8Array(this.memory, this.start, HEADER_BYTES);
  }

  /** Bytes of the payload, read in place. */
  payload(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.memory, this.payloadStart + offset, length);
  }

  /**
   * Makes the slot empty. Header and marks become zeros first: from these no half-done erasure can make a header.
   */
  clear(): void {
    const { partition, start } = this;
    partition.write(start, new Uint8Array(HEAD_BYTES));
    partition.erase(start / partition.blockBytes);
  }

  /** Writes a part of the payload behind what is there, erasing each block when it is reached. */
  append(offset: number, bytes: Uint8Array): void {
    const { partition, payloadStart } = this;
    const { blockBytes } = partition;
    if (offset % blockBytes === 0) partition.erase((payloadStart + offset) / blockBytes);
    partition.write(payloadStart + offset, bytes);
  }

  /** Writes the header of a payload that is complete and right, and then the mark that says so. */
  seal(header: Uint8Array): void {
    this.partition.write(this.start, header);
    for (let i = 0; i < HEADER_BYTES; i += 4) {
      const word = header[i] | (header[i + 1] << 8) | (header[i + 2] << 16) | (header[i + 3] << 24);
      if (this.words[i >> 2] !== word) throw new Error("flash does not hold the header that was written");
    }
    this.mark(AT_VERIFIED);
  }

  private mark(word: number): void {
    this.partition.write(this.start + 4 * word, new Uint8Array(4));
  }
}
