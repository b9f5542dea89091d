/** The loaders' writing to flash: plain or deflated, erased at once as ROMs do or on the way as stubs do. */
import { Unzlib } from "fflate";
import { WHY } from "./commands.js";
import type { FlashMemory } from "./flash-memory.js";

const SECTOR = 4096;

export class Rejected extends Error {
  constructor(readonly why: number) {
    super(`rejected: ${why}`);
  }
}

export interface Begin {
  readonly bytes: number;
  readonly blocks: number;
  readonly blockBytes: number;
  readonly offset: number;
}

export class FlashWriter {
  readonly #unpack: Unzlib | undefined;
  #at: number;
  #erased: number;
  #next = 0;

  constructor(
    private readonly memory: FlashMemory,
    private readonly begin: Begin,
    { deflated, isStub }: { readonly deflated: boolean; readonly isStub: boolean },
  ) {
    if (begin.offset % SECTOR !== 0 || begin.offset + begin.bytes > memory.bytes.length)
      throw new Rejected(WHY.failed);
    this.#at = this.#erased = begin.offset;
    if (!isStub) this.#eraseTo(this.#end);
    if (deflated) this.#unpack = new Unzlib((chunk) => this.#program(chunk));
  }

  /** Where the sectors of what was announced end. */
  get #end(): number {
    return Math.ceil((this.begin.offset + this.begin.bytes) / SECTOR) * SECTOR;
  }

  /** @param sequence the block's number */
  data(bytes: Uint8Array, sequence: number): void {
    if (bytes.length > this.begin.blockBytes || sequence !== this.#next || sequence >= this.begin.blocks)
      throw new Rejected(WHY.failed);
    this.#next++;
    if (!this.#unpack) this.#program(bytes);
    else {
      try {
        this.#unpack.push(bytes, this.#next === this.begin.blocks);
      } catch {
        throw new Rejected(WHY.deflate);
      }
    }
  }

  #program(bytes: Uint8Array): void {
    this.#eraseTo(Math.min(this.#at + bytes.length, this.#end));
    this.memory.program(this.#at, bytes);
    this.#at += bytes.length;
  }

  #eraseTo(end: number): void {
    for (; this.#erased < end; this.#erased += SECTOR) this.memory.erase(this.#erased);
  }
}
