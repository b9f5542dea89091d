/**
 * Bytes of chunks that operations on BigInts of so many 32-bit words allocate, as XS' sources have it (xsBigInt.c): the
 * result's words at their most, and a header. All of it is garbage as soon as the result is used up.
 */
import { shiftedWords } from "./bigint.js";

/** sizeof(txChunk) on a 32-bit chip. */
export const CHUNK_HEADER = 8;

/** A chunk of so many words. */
export function chunk(words: number): number {
  return CHUNK_HEADER + 4 * words;
}

/** V + W, of so many words in the longer one. */
export function add(words: number): number {
  return chunk(words + 1);
}

/** V − W, of so many words in the longer one. */
export function subtract(words: number): number {
  return chunk(words);
}

/** V · s. */
export function multiply(words: number, scalarWords = 1): number {
  return chunk(words + scalarWords);
}

/** V & W of so many words in the shorter one; V | W, V ^ W of so many in the longer one. */
export function bitwise(words: number): number {
  return chunk(words);
}

/** V >> bits or, where `bits` is negative, V << −bits. */
export function shift(words: number, bits: number): number {
  return chunk(shiftedWords(words, bits));
}

/** A literal in a function, at each evaluation. */
export function literal(words = 1): number {
  return chunk(words);
}

/** BigInt(i). */
export function fromInteger(): number {
  return chunk(1);
}

/** fromBytes of runtime/lanes.ts: a copy of the bytes and the number. */
export function fromBytes(words: number): number {
  return 2 * chunk(words);
}

/** toBytes of runtime/lanes.ts. */
export function toBytes(words: number): number {
  return chunk(words);
}
