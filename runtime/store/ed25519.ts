/** Verification of Ed25519 signatures (RFC 8032, 5.1.7), strict: one encoding for each point and each scalar. */
import {
  type Addend,
  add,
  addend,
  decodeNegative,
  double,
  encode,
  type Point,
  point,
} from "./edwards25519.js";
import { sha512 } from "./sha512.js";

/** The order of the base point. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const BASE_X = 0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51an;
const BASE_Y = 0x6666666666666666666666666666666666666666666666666666666666666658n;

/**
 * Whether the owner of a key has signed a message. Takes the same for every message; nothing in it is secret.
 *
 * @param publicKey 32 bytes
 * @param signature 64 bytes
 */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const s = signature.subarray(32);
  if (fromBytes(s) >= L) return false;
  const minusA = decodeNegative(fromBytes(publicKey));
  if (!minusA) return false;
  const r = signature.subarray(0, 32);
  const k = fromBytes(sha512([r, publicKey, message])) % L;
  return encode(sum(s, toBytes(k), minusA)) === fromBytes(r);
}

/** s · B + k · a, two bits of both numbers at a time. */
function sum(s: Uint8Array, k: Uint8Array, a: Point): Point {
  const table = sums(point(BASE_X, BASE_Y), a);
  let total = point(0n, 1n);
  for (let byte = 31; byte >= 0; byte--)
    for (let shift = 6; shift >= 0; shift -= 2) {
      total = double(double(total));
      const index = ((s[byte] >> shift) & 3) | (((k[byte] >> shift) & 3) << 2);
      if (index > 0) total = add(total, table[index - 1]);
    }
  return total;
}

/** i · b + j · a at place i + 4 j − 1, for all i and j below 4 but 0 and 0. */
function sums(b: Point, a: Point): Addend[] {
  const table: Addend[] = [];
  const addB = addend(b);
  const addA = addend(a);
  let row = point(0n, 1n);
  for (let j = 0; j < 4; j++) {
    let at = row;
    for (let i = 0; i < 4; i++) {
      if (i + j > 0) table.push(addend(at));
      at = add(at, addB);
    }
    row = add(row, addA);
  }
  return table;
}

/** Bytes as a number, the first one the lowest. */
function fromBytes(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return value;
}

/** The 32 bytes of a number, the lowest first. */
function toBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++, value >>= 8n) bytes[i] = Number(value & 255n);
  return bytes;
}
