/**
 * The header of an update: 160 bytes in front of `weights.bin` and the self-test's vectors, the same in a file as in
 * flash. These are indexes of its words, which are little endian and have 32 bits.
 */
import { verifySignature } from "./ed25519.js";

/** "XSN" and the number of this format. */
export const MAGIC = 0x014e5358;

export const AT_MAGIC = 0;
/** Version counter, 1 to 2^31 − 1: of two models of one structure the greater one is newer. */
export const AT_COUNTER = 1;
/** Eight words: SHA-256 of all that is baked into the code which reads the weights. */
export const AT_STRUCTURE = 2;
/** Bytes of `weights.bin`. */
export const AT_WEIGHTS = 10;
/** Number of vectors, steps of each, and bytes of all inputs and of all outputs of a step. */
export const AT_VECTORS = 11;
export const AT_STEPS = 12;
export const AT_INPUTS = 13;
export const AT_OUTPUTS = 14;
/** The least `RUNTIME` that computes these weights as they are meant. */
export const AT_RUNTIME = 15;
/** Eight words: SHA-256 of the payload, which is `weights.bin` and the vectors. */
export const AT_DIGEST = 16;
/** Sixteen words: Ed25519 signature of all words before it. */
export const AT_SIGNATURE = 24;

/** Bytes that are signed, and bytes of the whole header. */
export const SIGNED_BYTES = 4 * AT_SIGNATURE;
export const HEADER_BYTES = SIGNED_BYTES + 64;

/** Raised when kernels of `runtime/` read `weights.bin` otherwise than before. */
export const RUNTIME = 1;

/** What the code of a compiled model says of the weights that it reads; `structure` of a generated module. */
export interface Structure {
  /** SHA-256 of all that is baked into the code, as eight words. */
  readonly hash: readonly number[];
  readonly weightsBytes: number;
}

/** Bytes of `weights.bin` and the vectors. */
export function payloadBytes(words: Int32Array): number {
  return words[AT_WEIGHTS] + words[AT_VECTORS] * words[AT_STEPS] * (words[AT_INPUTS] + words[AT_OUTPUTS]);
}

/** Whether all of a structure's hash is in the header. */
export function hasStructure(words: Int32Array, hash: readonly number[]): boolean {
  for (let i = 0; i < 8; i++) if (words[AT_STRUCTURE + i] !== hash[i]) return false;
  return true;
}

/** Whether a digest of the payload is the header's. */
export function hasDigest(words: Int32Array, digest: Uint8Array): boolean {
  for (let i = 0; i < 32; i++)
    if (((words[AT_DIGEST + (i >> 2)] >> (8 * (i & 3))) & 255) !== digest[i]) return false;
  return true;
}

/**
 * Whether the owner of a key has signed the header.
 *
 * @param publicKey 64 hexadecimal digits
 */
export function isSigned(header: Uint8Array, publicKey: string): boolean {
  const key = new Uint8Array(32);
  for (let i = 0; i < 32; i++) key[i] = Number.parseInt(publicKey.substring(2 * i, 2 * i + 2), 16);
  return verifySignature(key, header.subarray(0, SIGNED_BYTES), header.subarray(SIGNED_BYTES, HEADER_BYTES));
}
