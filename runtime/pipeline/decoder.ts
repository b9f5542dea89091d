/** Finds frames in a stream of bytes that may lack some, have others twice, or have been altered on the way. */
import { bufferOf, joined } from "./copy.js";
import { AT_LENGTH, frameBytes, HEADER_BYTES, SYNC } from "./frame.js";

export class Decoder {
  private readonly take: (words: Int32Array<ArrayBuffer>) => boolean;
  private readonly payloadBytes: number;
  private readonly sealBytes: number;
  /** What has come and is no whole frame yet: bytes from `start` on, and behind them pieces that are not joined yet. */
  private buffer = new ArrayBuffer(0);
  private start = 0;
  private pieces: ArrayBuffer[] = [];
  private pieceBytes = 0;
  /** So many bytes are waited for before they are looked at: joining them with each piece would take longer than all else. */
  private needed = 0;

  /**
   * @param payloadBytes of the longest frame that is taken for one
   * @param sealBytes behind the payload of each frame
   * @param take is given all that looks like a frame, as words in a buffer of its own; whether it is one
   */
  constructor(payloadBytes: number, sealBytes: number, take: (words: Int32Array<ArrayBuffer>) => boolean) {
    this.payloadBytes = payloadBytes;
    this.sealBytes = sealBytes;
    this.take = take;
  }

  /** Whether a frame has begun and not ended. */
  get isPending(): boolean {
    return this.waiting > 0;
  }

  /** Takes the next bytes of the stream, any number of them. */
  push(bytes: Uint8Array): void {
    const piece = bufferOf(bytes);
    if (this.pieceBytes === 0 && this.start >= this.buffer.byteLength) {
      // Mostly whole frames come, and nothing waits for them.
      this.buffer = piece;
      this.start = 0;
    } else {
      this.pieces.push(piece);
      this.pieceBytes += piece.byteLength;
    }
    if (this.waiting >= this.needed) this.scan();
  }

  /** Waits no longer for the rest of the frame that has begun: looks for others in what came of it. */
  giveUp(): void {
    this.join();
    this.start++;
    this.scan();
  }

  private get waiting(): number {
    return this.buffer.byteLength - this.start + this.pieceBytes;
  }

  private join(): void {
    const isRest = this.buffer.byteLength > this.start;
    const parts = isRest ? [this.buffer.slice(this.start), ...this.pieces] : this.pieces;
    const [first = new ArrayBuffer(0), ...others] = parts;
    this.buffer = others.length > 0 ? joined(first, ...others) : first;
    this.start = 0;
    this.pieces = [];
    this.pieceBytes = 0;
  }

  /** Hands over all frames that are whole. What is left is less than a frame. */
  private scan(): void {
    if (this.pieceBytes > 0) this.join();
    const { buffer } = this;
    const view = new DataView(buffer);
    for (; this.start + 4 <= buffer.byteLength; this.start++) {
      if (view.getInt32(this.start, true) !== SYNC) continue;
      const left = buffer.byteLength - this.start;
      this.needed = HEADER_BYTES;
      if (left < this.needed) return;
      const word = view.getInt32(this.start + 4 * AT_LENGTH, true);
      const length = word & 0xffff;
      if ((word >>> 16) + length !== 0xffff || length > this.payloadBytes) continue;
      const size = frameBytes(length, this.sealBytes);
      this.needed = size;
      if (left < size) return;
      // Its words are aligned, and it may be kept: a copy, unless nothing else is there.
      const isAll = size === buffer.byteLength;
      const frame = new Int32Array(isAll ? buffer : buffer.slice(this.start, this.start + size));
      if (this.take(frame)) this.start += size - 1;
    }
    this.needed = 4;
  }
}
