/** Finds frames in a stream of bytes that may lack some, have others twice, or have been altered on the way. */
import { isWhole } from "./check.js";
import { AT_LENGTH, frameBytes, HEADER_BYTES, SYNC } from "./frame.js";

export class Decoder {
  private readonly onFrame: (words: Int32Array<ArrayBuffer>) => void;
  private readonly payloadBytes: number;
  private readonly tagBytes: number;
  /** What has come and is no whole frame yet: bytes `start` to `end`. */
  private readonly buffer: Uint8Array;
  private readonly view: DataView;
  private start = 0;
  private end = 0;

  /**
   * @param payloadBytes of the longest frame that is taken for one
   * @param tagBytes behind each payload
   * @param onFrame is given each frame that is whole, as words in a buffer of its own
   */
  constructor(payloadBytes: number, tagBytes: number, onFrame: (words: Int32Array<ArrayBuffer>) => void) {
    this.payloadBytes = payloadBytes;
    this.tagBytes = tagBytes;
    this.onFrame = onFrame;
    // Room for two, so that what is left of one is seldom moved.
    this.buffer = new Uint8Array(2 * (frameBytes(payloadBytes) + tagBytes));
    this.view = new DataView(this.buffer.buffer);
  }

  /** Whether a frame has begun and not ended. */
  get isPending(): boolean {
    return this.end > this.start;
  }

  /** Takes the next bytes of the stream, any number of them. */
  push(bytes: Uint8Array): void {
    const { buffer } = this;
    for (let at = 0; at < bytes.length; ) {
      if (this.end === buffer.length) {
        buffer.copyWithin(0, this.start, this.end);
        this.end -= this.start;
        this.start = 0;
      }
      const taken = Math.min(bytes.length - at, buffer.length - this.end);
      buffer.set(bytes.subarray(at, at + taken), this.end);
      this.end += taken;
      at += taken;
      this.scan();
    }
  }

  /** Waits no longer for the rest of the frame that has begun: looks for others in what came of it. */
  giveUp(): void {
    this.start++;
    this.scan();
  }

  /** Hands over all frames that are whole. What is left is less than a frame. */
  private scan(): void {
    const { buffer, view } = this;
    while (this.findSync()) {
      const left = this.end - this.start;
      if (left < HEADER_BYTES) return;
      const word = view.getInt32(this.start + 4 * AT_LENGTH, true);
      const length = word & 0xffff;
      if ((word >>> 16) + length === 0xffff && length <= this.payloadBytes) {
        const size = frameBytes(length) + this.tagBytes;
        if (left < size) return;
        // A copy: its words are aligned, and it may be kept.
        const frame = buffer.slice(this.start, this.start + size);
        if (isWhole(frame)) {
          this.start += size;
          this.onFrame(new Int32Array(frame.buffer));
          continue;
        }
      }
      this.start++;
    }
  }

  /** Moves `start` to the first sync word, or to what may be the beginning of one; whether a whole one is there. */
  private findSync(): boolean {
    const { buffer, view } = this;
    while (this.end - this.start >= 4) {
      if (view.getInt32(this.start, true) === SYNC) return true;
      const next = buffer.indexOf(SYNC & 255, this.start + 1);
      this.start = next < 0 || next > this.end ? this.end : next;
    }
    if (this.start === this.end) this.start = this.end = 0;
    return false;
  }
}
