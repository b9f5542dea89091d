/**
 * Poly1305 (RFC 8439, section 2.5): 16 bytes at a time are digits of a polynomial, whose value at a secret point is taken modulo
 * 2^130 − 5. BigInts hold up to 16 sums side by side, in lanes of three digits, since what an interpreter charges for is the
 * operation: lane by lane the polynomial is evaluated at the third power of the point, times that of as many lanes as there
 * are, and at the end the lanes are folded into one.
 */
import { fromBytes, repeated, toWords } from "../lanes.js";

const PRIME = 2n ** 130n - 5n;
const LOW_128 = 2n ** 128n - 1n;
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

/** Bits of a lane, and most lanes as a power of two. */
const LANE = 384n;
const MOST = 4;

/** By the power of two of the lanes: masks of the first digit of each, of its lower 130 bits, of what is above, and of all. */
interface Lanes {
  readonly digits: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
  readonly all: bigint;
}

/** Of properties and not of elements: see check.ts. */
const LANES: Lanes[] = [];
for (let i = 0; i <= MOST; i++)
  LANES.push(
    Object.freeze({
      digits: repeated(LOW_128, LANE, 1 << i),
      lower: repeated(2n ** 130n - 1n, LANE, 1 << i),
      upper: repeated(2n ** 254n - 1n, LANE, 1 << i),
      all: 2n ** (LANE << BigInt(i)) - 1n,
    }),
  );
Object.freeze(LANES);

/** Every lane not the least, but small again. */
function reduced(lanes: bigint, i: number): bigint {
  const { lower, upper } = LANES[i];
  return (lanes & lower) + ((lanes >> 130n) & upper) * 5n;
}

/** The polynomials at one secret point. */
export class Poly1305 {
  private readonly r: bigint;
  private readonly r2: bigint;
  /** The third power to the powers of two: from a lane to the next, to the one after that, and so on. */
  private readonly steps: bigint[];
  /** What the bits above full digits come to, by their number. */
  private readonly ones = new Map<number, bigint>();

  /** @param secret its first 16 bytes are the point, but for some bits */
  constructor(secret: Uint8Array) {
    this.r = fromBytes(secret, 0, 16) & CLAMP;
    this.r2 = reduced(this.r * this.r, 0);
    this.steps = [reduced(this.r2 * this.r, 0)];
    for (let i = 0; i < MOST; i++) this.steps.push(reduced(this.steps[i] * this.steps[i], 0));
  }

  /**
   * The tag of some bytes.
   *
   * @param pad 16 bytes that are used for this message alone
   * @param length how many of the bytes count, from the first on
   * @returns 4 words
   */
  tag(pad: Uint8Array, bytes: Uint8Array, length: number): Int32Array {
    const sum = length === 0 ? 0n : this.value(bytes, length);
    return toWords(((sum % PRIME) + fromBytes(pad, 0, 16)) & LOW_128, 4);
  }

  private value(bytes: Uint8Array, length: number): bigint {
    const { r, r2, steps } = this;
    const digits = (length + 15) >> 4;
    let i = 0;
    while (i < MOST && 3 << i < digits) i++;
    const most = 3 << i;
    const { digits: mask } = LANES[i];
    let sum = 0n;
    // Zeros come before, so that what comes last is at the end of the lanes.
    let count = digits % most || most;
    for (let at = 0; at < length; at += 16 * count, count = most) {
      const size = Math.min(16 * count, length - at);
      let part = fromBytes(bytes, at, size);
      // Digits have a 1 above them: that of one which is not full is among its bits.
      if (size & 15) part += 1n << BigInt(8 * size);
      if (count < most) part <<= BigInt(128 * (most - count));
      sum = reduced(
        sum * steps[i] +
          (part & mask) * steps[0] +
          ((part >> 128n) & mask) * r2 +
          ((part >> 256n) & mask) * r,
        i,
      );
    }
    for (; i > 0; i--)
      sum = reduced((sum & LANES[i - 1].all) * steps[i - 1] + (sum >> (LANE << BigInt(i - 1))), i - 1);
    return sum + this.onesOf(digits, length >> 4);
  }

  /** 2^128 times the powers of the point that the full ones of the digits have. */
  private onesOf(digits: number, full: number): bigint {
    const key = digits * 2 + (digits - full);
    let value = this.ones.get(key);
    if (value === undefined) {
      value = 0n;
      for (let n = 0; n < full; n++) value = reduced((value + (1n << 128n)) * this.r, 0);
      if (full < digits) value = reduced(value * this.r, 0);
      this.ones.set(key, value);
    }
    return value;
  }
}

/** The tag of some bytes with a key of 32 bytes for this message alone, as RFC 8439 has it. */
export function poly1305(key: Uint8Array, bytes: Uint8Array): Int32Array {
  return new Poly1305(key).tag(key.subarray(16), bytes, bytes.length);
}
