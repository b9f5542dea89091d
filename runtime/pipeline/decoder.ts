/** Finds frames in a stream of bytes that may lack some, have others twice, or have been altered on the way. */
import { isWhole } from "./check.js";
import { bufferOf, joined } from "./copy.js";
import { AT_LENGTH, frameBytes, HEADER_BYTES, SYNC } from "./frame.js";

export class Decoder {
  private readonly onFrame: (words: Int32Array<ArrayBuffer>) => void;
  private readonly payloadBytes: number;
  private readonly sealBytes: number;
  /** What has come and is no whole frame yet: bytes from `start` on. */
  private buffer = new ArrayBuffer(0);
  private start = 0;

  /**
   * @param payloadBytes of the longest frame that is taken for one
   * @param sealBytes behind the payload of each frame
   * @param onFrame is given each frame that is whole, as words in a buffer of its own
   */
  constructor(payloadBytes: number, sealBytes: number, onFrame: (words: Int32Array<ArrayBuffer>) => void) {
    this.payloadBytes = payloadBytes;
    this.sealBytes = sealBytes;
    this.onFrame = onFrame;
  }

  /** Whether a frame has begun and not ended. */
  get isPending(): boolean {
    return this.buffer.byteLength > this.start;
  }

  /** Takes the next bytes of the stream, any number of them. */
  push(bytes: Uint8Array): void {
    const piece = bufferOf(bytes);
    this.buffer = this.isPending ? joined(this.buffer.slice(this.start), piece) : piece;
    this.start = 0;
    this.scan();
  }

  /** Waits no longer for the rest of the frame that has begun: looks for others in what came of it. */
  giveUp(): void {
    this.start++;
    this.scan();
  }

  /** Hands over all frames that are whole. What is left is less than a frame. */
  private scan(): void {
    const { buffer } = this;
    const view = new DataView(buffer);
    for (; this.start + 4 <= buffer.byteLength; this.start++) {
      if (view.getInt32(this.start, true) !== SYNC) continue;
      const left = buffer.byteLength - this.start;
      if (left < HEADER_BYTES) return;
      const word = view.getInt32(this.start + 4 * AT_LENGTH, true);
      const length = word & 0xffff;
      if ((word >>> 16) + length !== 0xffff || length > this.payloadBytes) continue;
      const size = frameBytes(length, this.sealBytes);
      if (left < size) return;
      // A copy: its words are aligned, and it may be kept.
      const frame = buffer.slice(this.start, this.start + size);
      if (!isWhole(new Uint8Array(frame))) continue;
      this.start += size - 1;
      this.onFrame(new Int32Array(frame));
    }
  }
}
