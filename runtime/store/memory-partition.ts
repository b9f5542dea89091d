import type { Partition } from "./partition.js";

/** A partition in RAM, for computers and simulators; it forgets all when the program ends. */
export class MemoryPartition implements Partition {
  readonly bytes: number;
  readonly blockBytes: number;
  readonly memory: Uint8Array<ArrayBuffer>;

  /** @param content what is in it, from its start; the rest is erased */
  constructor(bytes: number, blockBytes = 4096, content: Uint8Array = new Uint8Array(0)) {
    this.bytes = bytes;
    this.blockBytes = blockBytes;
    this.memory = new Uint8Array(bytes).fill(255);
    this.memory.set(content);
  }

  map(): ArrayBuffer {
    return this.memory.buffer;
  }

  erase(block: number): void {
    this.memory.fill(255, block * this.blockBytes, (block + 1) * this.blockBytes);
  }

  write(offset: number, bytes: Uint8Array): void {
    const { memory } = this;
    for (let i = 0; i < bytes.length; i++) memory[offset + i] &= bytes[i];
  }
}
