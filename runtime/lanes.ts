/**
 * BigInt as a vector register. A BigInt holds many small numbers side by side, each in a lane of a few bits, and XS computes
 * on all of them in one operation: what an interpreter charges for is the operation, not the numbers in it.
 *
 * Sums of lanes that are negative borrow from their neighbours on the way. As integers they are exact all the same, and as
 * soon as every lane is at least 0 again, the bits of each are its own.
 */

/** What XS' BigInt and ArrayBuffer have beyond the standard. */
interface Conversions {
  fromArrayBuffer?(buffer: ArrayBuffer, isSigned: boolean, isLittleEndian: boolean): bigint;
  fromBigInt?(value: bigint, leastBytes: number, isSigned: boolean, isLittleEndian: boolean): ArrayBuffer;
}

const bigInt: Conversions = BigInt as unknown as Conversions;
const arrayBuffer: Conversions = ArrayBuffer as unknown as Conversions;

/** `length` bytes of `bytes` from `offset` on as one number, the first byte the lowest. */
export function fromBytes(bytes: Int8Array | Uint8Array, offset: number, length: number): bigint {
  const start = bytes.byteOffset + offset;
  const buffer = bytes.buffer.slice(start, start + length) as ArrayBuffer;
  if (bigInt.fromArrayBuffer) return bigInt.fromArrayBuffer(buffer, false, true);
  let text = "0x0";
  for (const byte of new Uint8Array(buffer).reverse()) text += byte.toString(16).padStart(2, "0");
  return BigInt(text);
}

/** The bytes of a number that is not negative, the lowest first: `length` of them, or more where it is longer. */
export function toBytes(value: bigint, length: number): Uint8Array {
  if (arrayBuffer.fromBigInt) return new Uint8Array(arrayBuffer.fromBigInt(value, length, false, true));
  const digits = value.toString(16);
  const text = digits.padStart(
    digits.length < 2 * length ? 2 * length : digits.length + (digits.length & 1),
    "0",
  );
  return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16)).reverse();
}

/** As toBytes, `length` words: a quarter of the elements to be copied elsewhere. */
export function toWords(value: bigint, length: number): Int32Array {
  if (arrayBuffer.fromBigInt) return new Int32Array(arrayBuffer.fromBigInt(value, 4 * length, false, true));
  return new Int32Array(toBytes(value, 4 * length).buffer);
}

/**
 * Scales every lane by one factor: floor((lane · multiplier + round) / 2^s). Products need two lanes' room, so those of even
 * and of odd lanes are made apart.
 *
 * @param acc lanes of at least 0
 * @param even and `odd`: all bits of every second lane, where lanes are wanted
 * @param roundEven and `roundOdd`: what is added to each product
 * @param keepEven and `keepOdd`: the bits of the products from s on
 * @param shift s, and any lanes that the result is to move down
 */
export function scale(
  acc: bigint,
  even: bigint,
  odd: bigint,
  multiplier: bigint,
  roundEven: bigint,
  roundOdd: bigint,
  keepEven: bigint,
  keepOdd: bigint,
  shift: bigint,
): bigint {
  return (
    ((((acc & even) * multiplier + roundEven) & keepEven) |
      (((acc & odd) * multiplier + roundOdd) & keepOdd)) >>
    shift
  );
}

/**
 * As `scale`, with 2^unit more for lanes whose bit `sign` is set: rounding halves away from zero takes a unit less below zero.
 *
 * @param onesEven and `onesOdd`: bit 0 of every second lane
 */
export function scaleSigned(
  acc: bigint,
  even: bigint,
  odd: bigint,
  multiplier: bigint,
  roundEven: bigint,
  roundOdd: bigint,
  keepEven: bigint,
  keepOdd: bigint,
  shift: bigint,
  sign: bigint,
  onesEven: bigint,
  onesOdd: bigint,
  unit: bigint,
): bigint {
  const signs = acc >> sign;
  return (
    ((((acc & even) * multiplier + ((signs & onesEven) << unit) + roundEven) & keepEven) |
      (((acc & odd) * multiplier + ((signs & onesOdd) << unit) + roundOdd) & keepOdd)) >>
    shift
  );
}

/**
 * Clamps lanes to 0 … 255.
 *
 * @param z lanes of y + 2^k, −2^k ≤ y < 2^k, k ≥ 8
 * @param ones bit 0 of every lane
 * @param over 2^k − 256 in every lane
 * @param byte 255n
 * @param k which bit says that y is not negative; `k1` is k + 1
 */
export function clamp(z: bigint, ones: bigint, over: bigint, byte: bigint, k: bigint, k1: bigint): bigint {
  return (z | ((((z + over) >> k1) & ones) * byte)) & (((z >> k) & ones) * byte);
}

/** Clamps lanes to at most 255. @param z lanes of y, 0 ≤ y < 2^k; the other parameters are those of `clamp` */
export function clampAbove(z: bigint, ones: bigint, over: bigint, byte: bigint, k: bigint): bigint {
  return (z | ((((z + over) >> k) & ones) * byte)) & (ones * byte);
}

/** Clamps lanes to at least 0. @param z lanes of y + 2^k, −2^k ≤ y < 256 */
export function clampBelow(z: bigint, ones: bigint, byte: bigint, k: bigint): bigint {
  return z & (((z >> k) & ones) * byte);
}

/** Clamps lanes to 0 … 255 − excess. @param over 2^k − 256 + excess in every lane; the other parameters are those of `clamp` */
export function clampTo(
  z: bigint,
  ones: bigint,
  over: bigint,
  byte: bigint,
  k: bigint,
  k1: bigint,
  excess: bigint,
): bigint {
  const above = ((z + over) >> k1) & ones;
  return ((z | (above * byte)) & (((z >> k) & ones) * byte)) - above * excess;
}

/** The bytes of a matrix column by column. */
export function transposed(
  bytes: Int8Array | Uint8Array,
  offset: number,
  rows: number,
  columns: number,
): Uint8Array {
  const turned = new Uint8Array(rows * columns);
  let to = 0;
  for (let column = 0; column < columns; column++) {
    let from = offset + column;
    for (let row = 0; row < rows; row++) {
      turned[to++] = bytes[from];
      from += columns;
    }
  }
  return turned;
}

/** Writes bytes or words to every `step`-th place from `offset` on. */
export function scatter<T extends Uint8Array | Int32Array>(
  values: T,
  to: T,
  offset: number,
  step: number,
): void {
  const { length } = values;
  for (let i = 0, at = offset; i < length; i++) {
    to[at] = values[i];
    at += step;
  }
}

/** `unit` again and again, `bits` apart: how masks are made when a model is linked, to be constants from then on. */
export function repeated(unit: bigint, bits: bigint, times: number): bigint {
  let all = 0n;
  for (let i = 0; i < times; i++) all = (all << bits) | unit;
  return all;
}
