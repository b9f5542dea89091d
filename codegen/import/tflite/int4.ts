/** Integers of 4 bits, two a byte, the first one in the lower half (TFLite's UnpackDenseInt4IntoInt8). */

/**
 * Integers from −8 to 7 as int8.
 *
 * @param count how many there are to be: of an odd number, the last byte's upper half is left out
 */
export function unpackInt4(bytes: Uint8Array, count: number): Uint8Array {
  const values = new Uint8Array(2 * bytes.length);
  for (const [i, byte] of bytes.entries()) {
    values[2 * i] = (byte << 28) >> 28;
    values[2 * i + 1] = (byte << 24) >> 28;
  }
  return values.length === count + 1 ? values.slice(0, count) : values;
}

/** int8 values from −8 to 7 in 4 bits each. */
export function packInt4(values: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: Math.ceil(values.length / 2) },
    (_, i) => (values[2 * i] & 15) | ((values[2 * i + 1] ?? 0) << 4),
  );
}
