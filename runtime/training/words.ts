/** Lanes of 32 bits: an Int32Array as one BigInt. */
import { fromBytes, toWords } from "../lanes.js";

/**
 * `length` words as lanes that are negative where the words are, and borrow from their neighbours then.
 *
 * @param bytes of the words
 * @param sign 2^31 in each lane
 */
export function lanesOf(bytes: Uint8Array, offset: number, length: number, sign: bigint): bigint {
  return (fromBytes(bytes, 4 * offset, 4 * length) ^ sign) - sign;
}

/** The words of such lanes. */
export function wordsOf(lanes: bigint, length: number, sign: bigint): Int32Array {
  return toWords((lanes + sign) ^ sign, length);
}

/**
 * Lanes divided by 2^bits and rounded, halves up.
 *
 * @param lanes each less than 2^31 − 2^bits in magnitude
 * @param bits 1 to 30
 */
export function shiftedRight(lanes: bigint, bits: number, all: bigint, sign: bigint): bigint {
  const by = BigInt(bits);
  const kept = all * BigInt((1 << (31 - bits)) * 2 - 1);
  const biased = lanes + sign + (all << BigInt(bits - 1));
  return ((biased >> by) & kept) - (sign >> by);
}
