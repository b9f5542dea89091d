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
  // What lies in flash, a buffer of the host, has no slice: these are bytes of the arena.
  const buffer = (bytes.buffer as ArrayBuffer).slice(start, start + length);
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

/** As toBytes, `length` elements of 16 bits. */
export function toHalves(value: bigint, length: number): Int16Array {
  if (arrayBuffer.fromBigInt) return new Int16Array(arrayBuffer.fromBigInt(value, 2 * length, false, true));
  return new Int16Array(toBytes(value, 2 * length).buffer);
}

/** As toBytes, `length` words: a quarter of the elements to be copied elsewhere. */
export function toWords(value: bigint, length: number): Int32Array {
  if (arrayBuffer.fromBigInt) return new Int32Array(arrayBuffer.fromBigInt(value, 4 * length, false, true));
  return new Int32Array(toBytes(value, 4 * length).buffer);
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

/** Writes elements or words to every `step`-th place from `offset` on. */
export function scatter<T extends Uint8Array | Int16Array | Int32Array>(
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
