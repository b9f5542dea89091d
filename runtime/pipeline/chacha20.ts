/**
 * The block function of ChaCha20 (RFC 8439, section 2.3), with its 16 words in variables and its quarter rounds written out: XS
 * takes as long for a call, or for two elements of a typed array, as for all that a quarter of a quarter round does to them.
 *
 * Words are added modulo 2^32 without going beyond on the way, since XS would go on with floats, and boards compute those in
 * software: two words of different signs just so, of two with the same sign one has its sign turned round before and after.
 */

const CONSTANTS = Object.freeze([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);

/**
 * A block of the key stream.
 *
 * @param key 8 words, little-endian as all words here
 * @param counter and the three words of the nonce
 * @returns 16 words
 */
export function chacha20(
  key: Int32Array,
  counter: number,
  nonce0: number,
  nonce1: number,
  nonce2: number,
): Int32Array<ArrayBuffer> {
  const top = 1 << 31; // an integer, which the literal is not
  const state = new Int32Array(16);
  for (let i = 0; i < 4; i++) state[i] = CONSTANTS[i];
  for (let i = 0; i < 8; i++) state[4 + i] = key[i];
  state[12] = counter;
  state[13] = nonce0;
  state[14] = nonce1;
  state[15] = nonce2;
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  let i = state[8];
  let j = state[9];
  let k = state[10];
  let l = state[11];
  let m = state[12];
  let n = state[13];
  let o = state[14];
  let p = state[15];
  for (let round = 0; round < 10; round++) {
    // Columns.
    a = (a ^ e) < 0 ? a + e : ((a ^ top) + e) ^ top;
    m ^= a;
    m = (m << 16) | (m >>> 16);
    i = (i ^ m) < 0 ? i + m : ((i ^ top) + m) ^ top;
    e ^= i;
    e = (e << 12) | (e >>> 20);
    a = (a ^ e) < 0 ? a + e : ((a ^ top) + e) ^ top;
    m ^= a;
    m = (m << 8) | (m >>> 24);
    i = (i ^ m) < 0 ? i + m : ((i ^ top) + m) ^ top;
    e ^= i;
    e = (e << 7) | (e >>> 25);

    b = (b ^ f) < 0 ? b + f : ((b ^ top) + f) ^ top;
    n ^= b;
    n = (n << 16) | (n >>> 16);
    j = (j ^ n) < 0 ? j + n : ((j ^ top) + n) ^ top;
    f ^= j;
    f = (f << 12) | (f >>> 20);
    b = (b ^ f) < 0 ? b + f : ((b ^ top) + f) ^ top;
    n ^= b;
    n = (n << 8) | (n >>> 24);
    j = (j ^ n) < 0 ? j + n : ((j ^ top) + n) ^ top;
    f ^= j;
    f = (f << 7) | (f >>> 25);

    c = (c ^ g) < 0 ? c + g : ((c ^ top) + g) ^ top;
    o ^= c;
    o = (o << 16) | (o >>> 16);
    k = (k ^ o) < 0 ? k + o : ((k ^ top) + o) ^ top;
    g ^= k;
    g = (g << 12) | (g >>> 20);
    c = (c ^ g) < 0 ? c + g : ((c ^ top) + g) ^ top;
    o ^= c;
    o = (o << 8) | (o >>> 24);
    k = (k ^ o) < 0 ? k + o : ((k ^ top) + o) ^ top;
    g ^= k;
    g = (g << 7) | (g >>> 25);

    d = (d ^ h) < 0 ? d + h : ((d ^ top) + h) ^ top;
    p ^= d;
    p = (p << 16) | (p >>> 16);
    l = (l ^ p) < 0 ? l + p : ((l ^ top) + p) ^ top;
    h ^= l;
    h = (h << 12) | (h >>> 20);
    d = (d ^ h) < 0 ? d + h : ((d ^ top) + h) ^ top;
    p ^= d;
    p = (p << 8) | (p >>> 24);
    l = (l ^ p) < 0 ? l + p : ((l ^ top) + p) ^ top;
    h ^= l;
    h = (h << 7) | (h >>> 25);
    // Diagonals.
    a = (a ^ f) < 0 ? a + f : ((a ^ top) + f) ^ top;
    p ^= a;
    p = (p << 16) | (p >>> 16);
    k = (k ^ p) < 0 ? k + p : ((k ^ top) + p) ^ top;
    f ^= k;
    f = (f << 12) | (f >>> 20);
    a = (a ^ f) < 0 ? a + f : ((a ^ top) + f) ^ top;
    p ^= a;
    p = (p << 8) | (p >>> 24);
    k = (k ^ p) < 0 ? k + p : ((k ^ top) + p) ^ top;
    f ^= k;
    f = (f << 7) | (f >>> 25);

    b = (b ^ g) < 0 ? b + g : ((b ^ top) + g) ^ top;
    m ^= b;
    m = (m << 16) | (m >>> 16);
    l = (l ^ m) < 0 ? l + m : ((l ^ top) + m) ^ top;
    g ^= l;
    g = (g << 12) | (g >>> 20);
    b = (b ^ g) < 0 ? b + g : ((b ^ top) + g) ^ top;
    m ^= b;
    m = (m << 8) | (m >>> 24);
    l = (l ^ m) < 0 ? l + m : ((l ^ top) + m) ^ top;
    g ^= l;
    g = (g << 7) | (g >>> 25);

    c = (c ^ h) < 0 ? c + h : ((c ^ top) + h) ^ top;
    n ^= c;
    n = (n << 16) | (n >>> 16);
    i = (i ^ n) < 0 ? i + n : ((i ^ top) + n) ^ top;
    h ^= i;
    h = (h << 12) | (h >>> 20);
    c = (c ^ h) < 0 ? c + h : ((c ^ top) + h) ^ top;
    n ^= c;
    n = (n << 8) | (n >>> 24);
    i = (i ^ n) < 0 ? i + n : ((i ^ top) + n) ^ top;
    h ^= i;
    h = (h << 7) | (h >>> 25);

    d = (d ^ e) < 0 ? d + e : ((d ^ top) + e) ^ top;
    o ^= d;
    o = (o << 16) | (o >>> 16);
    j = (j ^ o) < 0 ? j + o : ((j ^ top) + o) ^ top;
    e ^= j;
    e = (e << 12) | (e >>> 20);
    d = (d ^ e) < 0 ? d + e : ((d ^ top) + e) ^ top;
    o ^= d;
    o = (o << 8) | (o >>> 24);
    j = (j ^ o) < 0 ? j + o : ((j ^ top) + o) ^ top;
    e ^= j;
    e = (e << 7) | (e >>> 25);
  }
  const mixed = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p];
  for (let i = 0; i < 16; i++) {
    const x = state[i];
    const y = mixed[i];
    state[i] = (x ^ y) < 0 ? x + y : ((x ^ top) + y) ^ top;
  }
  return state;
}
