/**
 * Compression with error feedback: what a message leaves out is kept and added to the next difference, so that it arrives
 * late and is not lost (Seide et al., "1-Bit Stochastic Gradient Descent", 2014; Karimireddy et al., "Error Feedback Fixes
 * SignSGD", 2019; for sparse updates Lin et al., "Deep Gradient Compression", 2018).
 */
import { joined } from "../pipeline/copy.js";
import { compressedBlock, readBlock } from "./block.js";
import type { Compression } from "./compression.js";
import { MOST_VALUE } from "./eight-bits.js";
import type { Entries } from "./entries.js";

/** A compressed message's blocks, and what their reader makes of them. */
export interface Compressed {
  readonly blocks: ArrayBuffer;
  readonly entries: readonly Entries[];
}

export class Feedback {
  /** What was left out so far: at most ±2^30, and what is beyond is lost. */
  private readonly rests: readonly Int32Array[];

  /** @param lengths of the tensors */
  constructor(lengths: readonly number[]) {
    this.rests = lengths.map((length) => new Int32Array(length));
  }

  /** Compresses to − from and what was left out before, and keeps what is left out now. */
  compress(
    to: readonly Int32Array[],
    from: readonly Int32Array[] | undefined,
    compression: Compression,
  ): Compressed {
    const buffers: ArrayBuffer[] = [];
    const entries = this.rests.map((rest, t) => {
      accumulate(rest, to[t], from?.[t]);
      const block = compressedBlock(rest, compression);
      buffers.push(...block);
      const [first, ...others] = block;
      const read = readBlock(new Uint8Array(joined(first, ...others)), 0, rest.length)!;
      subtract(rest, read.entries);
      return read.entries;
    });
    const [first, ...others] = buffers;
    return { blocks: joined(first, ...others), entries };
  }
}

/** rest += to − from, within ±MOST_VALUE. */
function accumulate(rest: Int32Array, to: Int32Array, from: Int32Array | undefined): void {
  const { length } = rest;
  for (let i = 0; i < length; i++) {
    const value = rest[i] + (from ? to[i] - from[i] : to[i]);
    rest[i] = value > MOST_VALUE ? MOST_VALUE : value < -MOST_VALUE ? -MOST_VALUE : value;
  }
}

function subtract(rest: Int32Array, { indexes, values }: Entries): void {
  const { length } = values;
  if (indexes)
    for (let j = 0; j < length; j++) {
      const i = indexes[j];
      rest[i] -= values[j];
    }
  else for (let i = 0; i < length; i++) rest[i] -= values[i];
}
