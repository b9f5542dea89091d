/** SHA-512 (FIPS 180-4) on 64-bit words in BigInts, for short messages such as those that Ed25519 hashes. */

const BLOCK = 128;
const MASK = 0xffffffffffffffffn;
/** Times a word: the word, and once more above it. Its rotations are shifts of that, but for what is above 64 bits. */
const TWICE = 0x10000000000000001n;

/** First 64 bits of the fractional parts of the square roots of the first 8 primes. */
const INITIAL = BigUint64Array.of(
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
);

// biome-ignore format: four in a line
/** First 64 bits of the fractional parts of the cube roots of the first 80 primes. */
const K = BigUint64Array.of(
  0x428a2f98d728ae22n, 0x7137449123ef65cdn, 0xb5c0fbcfec4d3b2fn, 0xe9b5dba58189dbbcn,
  0x3956c25bf348b538n, 0x59f111f1b605d019n, 0x923f82a4af194f9bn, 0xab1c5ed5da6d8118n,
  0xd807aa98a3030242n, 0x12835b0145706fben, 0x243185be4ee4b28cn, 0x550c7dc3d5ffb4e2n,
  0x72be5d74f27b896fn, 0x80deb1fe3b1696b1n, 0x9bdc06a725c71235n, 0xc19bf174cf692694n,
  0xe49b69c19ef14ad2n, 0xefbe4786384f25e3n, 0x0fc19dc68b8cd5b5n, 0x240ca1cc77ac9c65n,
  0x2de92c6f592b0275n, 0x4a7484aa6ea6e483n, 0x5cb0a9dcbd41fbd4n, 0x76f988da831153b5n,
  0x983e5152ee66dfabn, 0xa831c66d2db43210n, 0xb00327c898fb213fn, 0xbf597fc7beef0ee4n,
  0xc6e00bf33da88fc2n, 0xd5a79147930aa725n, 0x06ca6351e003826fn, 0x142929670a0e6e70n,
  0x27b70a8546d22ffcn, 0x2e1b21385c26c926n, 0x4d2c6dfc5ac42aedn, 0x53380d139d95b3dfn,
  0x650a73548baf63den, 0x766a0abb3c77b2a8n, 0x81c2c92e47edaee6n, 0x92722c851482353bn,
  0xa2bfe8a14cf10364n, 0xa81a664bbc423001n, 0xc24b8b70d0f89791n, 0xc76c51a30654be30n,
  0xd192e819d6ef5218n, 0xd69906245565a910n, 0xf40e35855771202an, 0x106aa07032bbd1b8n,
  0x19a4c116b8d2d0c8n, 0x1e376c085141ab53n, 0x2748774cdf8eeb99n, 0x34b0bcb5e19b48a8n,
  0x391c0cb3c5c95a63n, 0x4ed8aa4ae3418acbn, 0x5b9cca4f7763e373n, 0x682e6ff3d6b2b8a3n,
  0x748f82ee5defb2fcn, 0x78a5636f43172f60n, 0x84c87814a1f0ab72n, 0x8cc702081a6439ecn,
  0x90befffa23631e28n, 0xa4506cebde82bde9n, 0xbef9a3f7b2c67915n, 0xc67178f2e372532bn,
  0xca273eceea26619cn, 0xd186b8c721c0c207n, 0xeada7dd6cde0eb1en, 0xf57d4f7fee6ed178n,
  0x06f067aa72176fban, 0x0a637dc5a2c898a6n, 0x113f9804bef90daen, 0x1b710b35131c471bn,
  0x28db77f523047d84n, 0x32caab7b40c72493n, 0x3c9ebe0a15c9bebcn, 0x431d67c49c100d4cn,
  0x4cc5d4becb3e42b6n, 0x597f299cfc657e2an, 0x5fcb6fab3ad6faecn, 0x6c44198c4a475817n,
);

/** The digest, 64 bytes, of all parts, one after another. */
export function sha512(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (let i = 0; i < parts.length; i++) length += parts[i].length;
  const message = new Uint8Array(
    length - (length % BLOCK) + (length % BLOCK < BLOCK - 16 ? BLOCK : 2 * BLOCK),
  );
  let end = 0;
  for (let i = 0; i < parts.length; i++) {
    message.set(parts[i], end);
    end += parts[i].length;
  }
  message[length] = 0x80;
  const view = new DataView(message.buffer);
  view.setInt32(message.length - 4, length << 3);
  const state = new BigUint64Array(INITIAL);
  for (let at = 0; at < message.length; at += BLOCK) compress(state, view, at);
  const digest = new DataView(new ArrayBuffer(64));
  for (let i = 0; i < 8; i++) digest.setBigUint64(8 * i, state[i]);
  return new Uint8Array(digest.buffer);
}

/** Takes the 128 bytes from `at` on into the state. */
function compress(state: BigUint64Array, view: DataView, at: number): void {
  const w: bigint[] = [];
  for (let i = 0; i < 16; i++) w.push(view.getBigUint64(at + 8 * i));
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 80; t++) {
    let x = w[t & 15];
    if (t >= 16) {
      const y = w[(t + 1) & 15];
      const z = w[(t + 14) & 15];
      const yy = y * TWICE;
      const zz = z * TWICE;
      x += (yy >> 1n) ^ (yy >> 8n) ^ (y >> 7n);
      x += (zz >> 19n) ^ (zz >> 61n) ^ (z >> 6n);
      x = (x + w[(t + 9) & 15]) & MASK;
      w[t & 15] = x;
    }
    const ee = e * TWICE;
    x += h + ((ee >> 14n) ^ (ee >> 18n) ^ (ee >> 41n)) + (g ^ (e & (f ^ g))) + K[t];
    h = g;
    g = f;
    f = e;
    e = (d + x) & MASK;
    d = c;
    const aa = a * TWICE;
    x += ((aa >> 28n) ^ (aa >> 34n) ^ (aa >> 39n)) + ((a & b) | (c & (a | b)));
    c = b;
    b = a;
    a = x & MASK;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}
