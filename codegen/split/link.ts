/** What sending takes. */

/** A link from a board to the next one. */
export interface Link {
  readonly name: string;
  readonly bitsPerSecond: number;
  /** On the wire: 10 over a UART, whose bytes have a start and a stop bit, 8 over a network. */
  readonly bitsPerByte: number;
  /** What a frame takes beside its payload: header, check, acknowledgement. */
  readonly frameMilliseconds: number;
  /** The most payload of a frame. */
  readonly frameBytes: number;
}

/** Milliseconds until so many bytes of payload are on the other board. */
export function transferMilliseconds(
  { bitsPerSecond, bitsPerByte, frameMilliseconds, frameBytes }: Link,
  bytes: number,
): number {
  const frames = Math.ceil(bytes / frameBytes);
  return (1000 * bytes * bitsPerByte) / bitsPerSecond + frames * frameMilliseconds;
}
