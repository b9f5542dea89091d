/**
 * The check of a frame: the frame as one little-endian integer leaves a fixed rest modulo 2^32 − 5, a prime. This is what a
 * CRC is to polynomials, taken to integers: an interpreter multiplies a BigInt in one operation but does a CRC byte by byte.
 * Like a 32-bit CRC it finds every flipped bit, every two of them (the order of 2 is 2^32 − 6, far more than a frame's bits)
 * and every burst of at most 31 bits; of all other damage it overlooks one in 2^32.
 */
import { fromBytes } from "../lanes.js";

/** Elsewhere BigInts come from text: words are faster. */
const HAS_LANES = "fromArrayBuffer" in BigInt;

const MODULUS = 2 ** 32 - 5;

/** Not 0: a frame whose last zeros were cut off would be whole with the next frame in their place. */
const REST = 0x2b7e1516;

/** Halvings at most: frames are shorter than 2^11 words. */
const HALVINGS = 11;

/**
 * By i: 2^32 to the power of 2^i modulo MODULUS, as many ones as the power has zeros, and how many these are. They are
 * properties and not elements: Moddable's linker (8.2.3) makes no room for BigInts in preloaded arrays, and cuts them off.
 */
interface Level {
  readonly power: bigint;
  readonly mask: bigint;
  readonly shift: bigint;
}

const LEVELS: Level[] = [];
for (let i = 0, power = 5n; i < HALVINGS; i++, power = power ** 2n % BigInt(MODULUS)) {
  const shift = 32n << BigInt(i);
  LEVELS.push(Object.freeze({ power, mask: 2n ** shift - 1n, shift }));
}
Object.freeze(LEVELS);

/** The upper part is multiplied by what 2^(32 · 2^i) is modulo MODULUS, and added to the lower part. */
function folded(value: bigint, i: number): bigint {
  const { power, mask, shift } = LEVELS[i];
  return (value >> shift) * power + (value & mask);
}

/** A frame, which has more than 8 words, modulo MODULUS: all words at once. */
export function residueByHalves(frame: Uint8Array): number {
  let value = fromBytes(frame, 0, frame.length);
  for (let i = HALVINGS - 1; i >= 3; i--) if (frame.length > 4 << i) value = folded(value, i);
  // Each factor of 32 bits has left a word too many.
  while (value > LEVELS[3].mask) value = folded(value, 3);
  // Factors of 10, 5 and 3 bits leave 138, 79 and 51 bits: exact as a double.
  return Number(folded(folded(folded(value, 2), 1), 0)) % MODULUS;
}

/** The same word by word: 2^32 is 5. */
export function residueByWords({ buffer, byteOffset, length }: Uint8Array): number {
  const words = new Uint32Array(buffer, byteOffset, length >> 2);
  let value = 0;
  for (let i = words.length - 1; i >= 0; i--) value = (5 * value + words[i]) % MODULUS;
  return value;
}

/** What most frames are that acknowledge: a header alone. */
const HEADER_BYTES = 44;

/** The same of a header: eight words make less than 51 bits of 32. */
export function residueOfHeader({ buffer, byteOffset }: Uint8Array): number {
  const w = new Uint32Array(buffer, byteOffset, HEADER_BYTES / 4);
  const high = 5 * (5 * (5 * (5 * (5 * (5 * (5 * w[10] + w[9]) + w[8]) + w[7]) + w[6]) + w[5]) + w[4]) + w[3];
  return (5 * (5 * (5 * (high % MODULUS) + w[2]) + w[1]) + w[0]) % MODULUS;
}

function residue(frame: Uint8Array): number {
  if (frame.length === HEADER_BYTES) return residueOfHeader(frame);
  return HAS_LANES ? residueByHalves(frame) : residueByWords(frame);
}

/** What word 1 of a frame has to be, as a signed 32-bit integer, when it is 0 so far. */
export function checkOf(frame: Uint8Array): number {
  const excess = (residue(frame) - REST + MODULUS) % MODULUS;
  // The word counts 2^32 times, which is 5: what is −excess / 5? MODULUS is 1 modulo 5.
  const check = ((excess % 5) * MODULUS - excess) / 5;
  return (check < 0 ? check + MODULUS : check) | 0;
}

/** Whether a frame is as it was sent. */
export function isWhole(frame: Uint8Array): boolean {
  return residue(frame) === REST;
}
