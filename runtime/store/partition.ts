/** Flash as a model store sees it. Hosts adapt theirs to it: `runtime/hosts/`. */

/** A partition of NOR flash: erasing sets all bits of a block to 1, writing takes bits from 1 to 0. */
export interface Partition {
  /** Bytes of the partition. */
  readonly bytes: number;
  /** Bytes of a block, the least that can be erased. */
  readonly blockBytes: number;
  /** The whole partition, read in place: what is written later is seen there. */
  map(): ArrayBuffer;
  /** Erases one block; `block` counts from 0. */
  erase(block: number): void;
  /** Programs bytes from `offset` on. Offset and length are multiples of 4. */
  write(offset: number, bytes: Uint8Array): void;
}
