/** The block function of ChaCha20 (RFC 8439, section 2.3). */

/**
 * A block of the key stream.
 *
 * @param key 8 words, little-endian as all words here
 * @param a the block counter; `b`, `c`, `d`: the nonce
 * @returns 16 words
 */
export function chacha20(
  key: Int32Array,
  a: number,
  b: number,
  c: number,
  d: number,
): Int32Array<ArrayBuffer> {
  const state = Int32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, ...key, a, b, c, d);
  const x = Int32Array.of(...state);
  for (let i = 0; i < 10; i++) {
    quarter(x, 0, 4, 8, 12);
    quarter(x, 1, 5, 9, 13);
    quarter(x, 2, 6, 10, 14);
    quarter(x, 3, 7, 11, 15);
    quarter(x, 0, 5, 10, 15);
    quarter(x, 1, 6, 11, 12);
    quarter(x, 2, 7, 8, 13);
    quarter(x, 3, 4, 9, 14);
  }
  for (let i = 0; i < 16; i++) x[i] += state[i];
  return x;
}

function quarter(x: Int32Array, i: number, j: number, k: number, l: number): void {
  let a = x[i];
  let b = x[j];
  let c = x[k];
  let d = x[l];
  a = (a + b) | 0;
  d ^= a;
  d = (d << 16) | (d >>> 16);
  c = (c + d) | 0;
  b ^= c;
  b = (b << 12) | (b >>> 20);
  a = (a + b) | 0;
  d ^= a;
  d = (d << 8) | (d >>> 24);
  c = (c + d) | 0;
  b ^= c;
  x[i] = a;
  x[j] = (b << 7) | (b >>> 25);
  x[k] = c;
  x[l] = d;
}
