import type { Transport } from "./transport.js";

/** One end of a line between two links of one process. What is written is at the other end at once. */
export class MemoryTransport implements Transport {
  readonly writable = 2 ** 30;
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  private other: MemoryTransport | undefined;

  /** Both ends of a new line. */
  static pair(): [MemoryTransport, MemoryTransport] {
    const one = new MemoryTransport();
    const other = new MemoryTransport();
    one.other = other;
    other.other = one;
    return [one, other];
  }

  write(bytes: Uint8Array): void {
    this.other?.onBytes?.(bytes);
  }
}
