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
  const text = digits.padStart(2 * length + (digits.length & 1), "0");
  return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16)).reverse();
}
