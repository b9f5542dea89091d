/**
 * Instructions of operations on BigInts of so many 32-bit words, collections apart. Each counts reading one operand, so
 * that an expression costs the sum of its operators, and a `statement()` for the first operand and what becomes of it.
 */
import { constants } from "./constants.js";

const { bigint } = constants;

/** V + W, of so many words. */
export function add(words: number, otherWords = words): number {
  return linear(bigint.add, words, otherWords);
}

/** V − W, of so many words. */
export function subtract(words: number, otherWords = words): number {
  return linear(bigint.subtract, words, otherWords);
}

/** By the words that both operands have, and those that only the longer one has. */
function linear(
  { base, word, rest }: typeof bigint.add | typeof bigint.subtract,
  a: number,
  b: number,
): number {
  return base + word * Math.min(a, b) + rest * Math.abs(a - b);
}

/** V · s. The vector stands on the left: XS' inner loop runs over the words of the left operand. */
export function multiply(words: number, scalarWords = 1): number {
  const { base, scalarWord, word, product } = bigint.multiply;
  return base + scalarWord * scalarWords + words * (word + product * scalarWords);
}

/** V & W, of so many words in the shorter one; V | W and V ^ W, of so many in the longer one. */
export function bitwise(words: number): number {
  return bigint.bitwise.base + bigint.bitwise.word * words;
}

/**
 * V >> bits or, where `bits` is negative, V << −bits. Multiples of 32 are moved word by word and cost far less.
 *
 * @param words of V
 */
export function shift(words: number, bits: number): number {
  const aligned = bits % 32 === 0;
  const result = shiftedWords(words, bits);
  if (bits < 0) {
    const { base, word } = aligned ? bigint.shiftLeftWords : bigint.shiftLeft;
    return base + word * words;
  }
  const { base, word } = aligned ? bigint.shiftRightWords : bigint.shiftRight;
  return base + word * result;
}

/** The words that XS allocates for such a shift. */
export function shiftedWords(words: number, bits: number): number {
  return bits < 0 ? words + Math.ceil(-bits / 32) : Math.max(1, words - Math.floor(bits / 32));
}

/** What an operand costs more as a literal in a function, which copies it byte by byte each time, than as a constant. */
export function literal(words = 1): number {
  return bigint.literal.base + bigint.literal.word * words;
}

/** BigInt(i) of an int32 in a local. */
export function fromInteger(): number {
  return bigint.fromInteger;
}

/** fromBytes of runtime/lanes.ts. */
export function fromBytes(words: number): number {
  return bigint.fromBytes.base + bigint.fromBytes.word * words;
}

/** toBytes of runtime/lanes.ts. */
export function toBytes(words: number): number {
  return bigint.toBytes.base + bigint.toBytes.word * words;
}

/** An assignment of a BigInt expression to a local: its first operand, and storing what it comes to. */
export function statement(): number {
  return bigint.statement;
}
