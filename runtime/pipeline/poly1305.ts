/**
 * Poly1305 (RFC 8439, section 2.5): the bytes as digits of a polynomial, whose value at a secret point is taken modulo
 * 2^130 − 5. Four digits at a time, since every operation on BigInts has its price.
 */
import { fromBytes, toWords } from "../lanes.js";

const PRIME = 2n ** 130n - 5n;
const LOW_130 = 2n ** 130n - 1n;
const LOW_128 = 2n ** 128n - 1n;
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

/** Not the least, but small again. */
function reduced(value: bigint): bigint {
  return (value & LOW_130) + 5n * (value >> 130n);
}

/**
 * The tag of some bytes.
 *
 * @param key 8 words that are used for this message alone
 * @param length how many of the bytes count, from the first on
 * @returns 4 words
 */
export function poly1305(key: Int32Array, bytes: Uint8Array, length: number): Int32Array {
  const secret = new Uint8Array(key.buffer, key.byteOffset, 32);
  const r = fromBytes(secret, 0, 16) & CLAMP;
  let sum = 0n;
  let at = 0;
  if (length >= 64) {
    const r2 = reduced(r * r);
    const r3 = reduced(r2 * r);
    const r4 = reduced(r3 * r);
    // Each digit has a 1 above its 16 bytes.
    const ones = reduced((r + r2 + r3 + r4) << 128n);
    for (; at + 64 <= length; at += 64)
      sum = reduced(
        (sum + fromBytes(bytes, at, 16)) * r4 +
          fromBytes(bytes, at + 16, 16) * r3 +
          fromBytes(bytes, at + 32, 16) * r2 +
          fromBytes(bytes, at + 48, 16) * r +
          ones,
      );
  }
  for (; at < length; at += 16) {
    const size = Math.min(16, length - at);
    sum = reduced((sum + fromBytes(bytes, at, size) + (1n << BigInt(8 * size))) * r);
  }
  return toWords(((sum % PRIME) + fromBytes(secret, 16, 16)) & LOW_128, 4);
}
