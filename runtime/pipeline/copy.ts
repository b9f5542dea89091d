/** What XS' ArrayBuffer has beyond the standard. */
interface Concatenation {
  concat?(...others: ArrayBuffer[]): ArrayBuffer;
}

/** The bytes of a view in a buffer of their own. */
export function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}

/**
 * Buffers one behind the other, in a new one. XS copies between typed arrays element by element, at 84 instructions a byte,
 * but joins buffers at 3.
 */
export function joined(first: ArrayBuffer, ...others: ArrayBuffer[]): ArrayBuffer {
  const { concat } = first as Concatenation;
  if (concat) return concat.call(first, ...others);
  let length = first.byteLength;
  for (const { byteLength } of others) length += byteLength;
  const bytes = new Uint8Array(length);
  bytes.set(new Uint8Array(first));
  let at = first.byteLength;
  for (const other of others) {
    bytes.set(new Uint8Array(other), at);
    at += other.byteLength;
  }
  return bytes.buffer;
}

/**
 * Fills a view with bytes from an offset of others on, both multiples of 4 from their buffers' starts: word by word, which is
 * four times as fast as byte by byte.
 */
export function copyTo(to: Uint8Array, from: Uint8Array, offset: number): void {
  const words = to.length >> 2;
  new Int32Array(to.buffer, to.byteOffset, words).set(
    new Int32Array(from.buffer, from.byteOffset + offset, words),
  );
  for (let i = 4 * words; i < to.length; i++) to[i] = from[offset + i];
}
