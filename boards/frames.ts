import { frameHeaderBytes } from "./guest/protocol.js";

export interface Frame {
  readonly kind: number;
  readonly id: number;
  readonly payload: Buffer;
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);

  /** The frames that `chunk` completes. */
  *push(chunk: Buffer): Generator<Frame> {
    this.rest = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    while (this.rest.length >= frameHeaderBytes) {
      const end = frameHeaderBytes + this.rest.readInt32LE(8);
      if (this.rest.length < end) return;
      const frame = {
        kind: this.rest.readInt32LE(0),
        id: this.rest.readInt32LE(4),
        payload: this.rest.subarray(frameHeaderBytes, end),
      };
      this.rest = this.rest.subarray(end);
      yield frame;
    }
  }
}
