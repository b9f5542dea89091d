/**
 * A tensor of a message: a header of four little-endian words, then values, int8 codes or 32 bits each, filled up to whole
 * words, then the gaps of their indexes, filled up too. Dense blocks have no gaps and a value for each element.
 */
import { bufferOf } from "../pipeline/copy.js";
import { type Compression, keptOf } from "./compression.js";
import { codesOf, MOST_STEP, stepOf, valuesOf } from "./eight-bits.js";
import type { Entries } from "./entries.js";
import { packGaps, unpackGaps } from "./gaps.js";
import { topIndexes } from "./top-k.js";

/** Bit 0: codes of 8 bits; bit 1: gaps follow. */
const AT_FORM = 0;
const AT_VALUES = 1;
/** What a code counts; 1 for values of 32 bits. */
const AT_STEP = 2;
const AT_GAP_BYTES = 3;
const HEADER_BYTES = 16;

const EIGHT_BITS = 1;
const SPARSE = 2;

const NO_BYTES = new Uint8Array(0);

/** The bytes that a block ends with, so that the next one begins at a word. */
function filling(bytes: number): ArrayBuffer {
  return new ArrayBuffer(-bytes & 3);
}

function parts(
  form: number,
  step: number,
  values: Int8Array<ArrayBuffer> | Int32Array<ArrayBuffer>,
  gaps: Uint8Array<ArrayBuffer>,
): ArrayBuffer[] {
  const header = Int32Array.of(form, values.length, step, gaps.length).buffer;
  return [header, values.buffer, filling(values.byteLength), gaps.buffer, filling(gaps.length)];
}

/** A tensor as it is, in 32 bits. */
export function exactBlock(values: Int32Array): ArrayBuffer[] {
  const { buffer, byteOffset, byteLength } = values;
  const bytes = bufferOf(new Uint8Array(buffer, byteOffset, byteLength));
  return parts(0, 1, new Int32Array(bytes), NO_BYTES);
}

/** What a compression leaves of a tensor, in whichever form takes fewer bytes, as buffers to be joined. */
export function compressedBlock(values: Int32Array, compression: Compression): ArrayBuffer[] {
  const { length } = values;
  const { bits } = compression;
  const bytesEach = bits >> 3;
  const k = keptOf(length, compression);
  // A gap takes a byte at least.
  if (Math.min(k, nonZeros(values)) * (bytesEach + 1) >= length * bytesEach) return denseBlock(values, bits);
  const indexes = topIndexes(values, k);
  const gaps = packGaps(indexes);
  if (indexes.length * bytesEach + gaps.length >= length * bytesEach) return denseBlock(values, bits);
  const kept = picked(values, indexes);
  if (bits === 32) return parts(SPARSE, 1, kept, gaps);
  const step = stepOf(kept);
  return parts(SPARSE | EIGHT_BITS, step, codesOf(kept, step), gaps);
}

function denseBlock(values: Int32Array, bits: Compression["bits"]): ArrayBuffer[] {
  if (bits === 32) return exactBlock(values);
  const step = stepOf(values);
  return parts(EIGHT_BITS, step, codesOf(values, step), NO_BYTES);
}

function nonZeros(values: Int32Array): number {
  const { length } = values;
  let found = 0;
  for (let i = 0; i < length; i++) if (values[i] !== 0) found++;
  return found;
}

function picked(values: Int32Array, indexes: Int32Array): Int32Array<ArrayBuffer> {
  const { length } = indexes;
  const kept = new Int32Array(length);
  for (let j = 0; j < length; j++) kept[j] = values[indexes[j]];
  return kept;
}

/** A block that was read, and where the next one begins. */
export interface ReadBlock {
  readonly entries: Entries;
  readonly end: number;
}

/**
 * Reads a block that anybody may have written.
 *
 * @param bytes of a message, in a buffer of its own
 * @param at where it begins: a multiple of 4
 * @param length elements of the tensor
 * @returns undefined where it is none of such a tensor
 */
export function readBlock(bytes: Uint8Array, at: number, length: number): ReadBlock | undefined {
  const { buffer, byteLength } = bytes;
  const start = bytes.byteOffset + at;
  if (at + HEADER_BYTES > byteLength) return undefined;
  const header = new Int32Array(buffer, start, HEADER_BYTES / 4);
  const form = header[AT_FORM];
  const count = header[AT_VALUES];
  const step = header[AT_STEP];
  const gapBytes = header[AT_GAP_BYTES];
  const isSparse = (form & SPARSE) !== 0;
  const isShort = (form & EIGHT_BITS) !== 0;
  if (form < 0 || form > (EIGHT_BITS | SPARSE)) return undefined;
  if (isSparse ? count < 0 || count > length : count !== length || gapBytes !== 0) return undefined;
  if (step < 1 || step > (isShort ? MOST_STEP : 1)) return undefined;
  // A gap takes a byte at least, and no more than one for each element.
  if (gapBytes < 0 || gapBytes > length) return undefined;
  const valueBytes = isShort ? count : 4 * count;
  const gapsAt = HEADER_BYTES + ((valueBytes + 3) & -4);
  const end = at + gapsAt + ((gapBytes + 3) & -4);
  if (end > byteLength) return undefined;
  const gaps = new Uint8Array(buffer, start + gapsAt, gapBytes);
  const indexes = isSparse ? unpackGaps(gaps, count, length) : undefined;
  if (isSparse && !indexes) return undefined;
  const values = isShort
    ? valuesOf(new Int8Array(buffer, start + HEADER_BYTES, count), step)
    : new Int32Array(buffer, start + HEADER_BYTES, count);
  return { entries: { indexes, values }, end };
}
