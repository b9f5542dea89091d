/** All tensors of a message, block behind block. */
import { joined } from "../pipeline/copy.js";
import { exactBlock, readBlock } from "./block.js";
import type { Entries } from "./entries.js";

/** Bytes of a block's header and filling at most. */
const BLOCK_BYTES = 24;

/** Tensors as they are. */
export function exactTensors(tensors: readonly Int32Array[]): ArrayBuffer {
  const [first, ...others] = tensors.flatMap(exactBlock);
  return joined(first, ...others);
}

/** to − from as it is. Differences that need more than 32 bits saturate. */
export function exactDifference(to: readonly Int32Array[], from: readonly Int32Array[]): ArrayBuffer {
  return exactTensors(
    to.map((tensor, t) => {
      const { length } = tensor;
      const start = from[t];
      const difference = new Int32Array(length);
      for (let i = 0; i < length; i++) {
        const value = tensor[i] - start[i];
        difference[i] = value > 0x7fffffff ? 0x7fffffff : value < -0x7fffffff ? -0x7fffffff : value;
      }
      return difference;
    }),
  );
}

/**
 * Reads tensors that anybody may have written, all of them before any is used.
 *
 * @param at where they begin in a message, which ends with them
 * @returns undefined where they are not of these lengths
 */
export function readTensors(
  bytes: Uint8Array,
  at: number,
  lengths: readonly number[],
): Entries[] | undefined {
  const entries: Entries[] = [];
  let start = at;
  for (const length of lengths) {
    const read = readBlock(bytes, start, length);
    if (!read) return undefined;
    entries.push(read.entries);
    start = read.end;
  }
  return start === bytes.length ? entries : undefined;
}

/** Bytes that no message's tensors are longer than, in any form. */
export function mostBytes(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + BLOCK_BYTES + 4 * length, 0);
}
