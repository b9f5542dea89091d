/** Records of a board's serial port (guest/port-protocol.ts). */
import { portHeaderBytes } from "../guest/port-protocol.js";

export interface PortRecord {
  readonly kind: number;
  readonly bytes: Buffer;
}

/** A record as bytes. */
export function recordOf(kind: number, bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(portHeaderBytes);
  header.writeInt32LE(kind, 0);
  header.writeInt32LE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** Cuts a stream of bytes into records. */
export class RecordReader {
  private rest: Buffer = Buffer.alloc(0);

  /** The records that `chunk` completes. */
  *push(chunk: Buffer): Generator<PortRecord> {
    this.rest = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    while (this.rest.length >= portHeaderBytes) {
      const end = portHeaderBytes + this.rest.readInt32LE(4);
      if (this.rest.length < end) return;
      const record = { kind: this.rest.readInt32LE(0), bytes: this.rest.subarray(portHeaderBytes, end) };
      this.rest = this.rest.subarray(end);
      yield record;
    }
  }
}
