/**
 * Ascending indexes as bytes: each as its distance from the one before, a byte for every 255 of it and a byte for the rest. Where
 * one element in ten is sent, an index takes little more than a byte.
 */

/** Bytes of the gaps between ascending indexes. */
export function packGaps(indexes: Int32Array): Uint8Array<ArrayBuffer> {
  const { length } = indexes;
  let size = 0;
  for (let j = 0, next = 0; j < length; j++) {
    const i = indexes[j];
    size += 1 + Math.trunc((i - next) / 255);
    next = i + 1;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let j = 0, next = 0; j < length; j++) {
    const i = indexes[j];
    let gap = i - next;
    for (; gap >= 255; gap -= 255) bytes[at++] = 255;
    bytes[at++] = gap;
    next = i + 1;
  }
  return bytes;
}

/**
 * The indexes again.
 *
 * @param count of indexes that there must be
 * @param limit that all must be below
 * @returns undefined where bytes are no such indexes
 */
export function unpackGaps(bytes: Uint8Array, count: number, limit: number): Int32Array | undefined {
  const { length } = bytes;
  const indexes = new Int32Array(count);
  let found = 0;
  let next = 0;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at];
    next += byte;
    if (next >= limit) return undefined;
    if (byte === 255) continue;
    if (found === count) return undefined;
    indexes[found++] = next++;
  }
  // The last byte ends an index.
  return found === count && (length === 0 || bytes[length - 1] !== 255) ? indexes : undefined;
}
