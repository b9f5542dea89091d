/** A line over an ECMA-419 stream of bytes: what it has no room for yet waits here, so that sending goes on while a stage computes. */
import type { Transport } from "./transport.js";

/** What streams of `device.io` have: a serial port, a TCP connection. */
export interface Stream {
  read(): ArrayBuffer | number | undefined;
  write(bytes: Uint8Array): void;
  close(): void;
}

/** What a stream calls. Numbers are those of bytes that can be read and written. */
export interface StreamCallbacks {
  readonly format: "buffer";
  onReadable(count: number): void;
  onWritable(count: number): void;
  /** The connection is lost; a serial port does not call it. */
  onError(): void;
}

/** Four of the longest frames that links have unless told otherwise. */
const QUEUE_BYTES = 4 * 2112;

export class StreamTransport implements Transport {
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  private readonly queueBytes: number;
  private readonly open: (callbacks: StreamCallbacks) => Stream;
  private stream: Stream | undefined;
  /** Bytes that the stream takes. */
  private room = 0;
  /** What waits: the first from `at` on. */
  private queue: Uint8Array[] = [];
  private at = 0;
  private queued = 0;

  /**
   * @param open makes the stream: at once, and again when there is something to send after it was lost
   * @param queueBytes that wait at most
   */
  constructor(open: (callbacks: StreamCallbacks) => Stream, queueBytes = QUEUE_BYTES) {
    this.open = open;
    this.queueBytes = queueBytes;
    this.connect();
  }

  get writable(): number {
    return this.queueBytes - this.queued;
  }

  /** What is written after the stream was lost goes to the new one, or is lost with it: links send it again. */
  write(bytes: Uint8Array): void {
    if (!this.stream) this.connect();
    this.queue.push(bytes);
    this.queued += bytes.length;
    this.flush();
  }

  close(): void {
    this.drop()?.close();
  }

  private connect(): void {
    let stream: Stream | undefined;
    const isOurs = () => stream === this.stream;
    stream = this.open({
      format: "buffer",
      onReadable: () => {
        const bytes = isOurs() ? stream?.read() : undefined;
        if (typeof bytes === "object") this.onBytes?.(new Uint8Array(bytes));
      },
      onWritable: (count) => {
        if (!isOurs()) return;
        this.room = count;
        this.flush();
      },
      onError: () => {
        if (isOurs()) this.drop();
      },
    });
    this.stream = stream;
  }

  private drop(): Stream | undefined {
    const { stream } = this;
    this.stream = undefined;
    this.queue = [];
    this.at = this.queued = this.room = 0;
    return stream;
  }

  private flush(): void {
    while (this.stream && this.room > 0 && this.queue.length > 0) {
      const [first] = this.queue;
      const piece = first.subarray(this.at, this.at + this.room);
      this.room -= piece.length;
      this.queued -= piece.length;
      this.at += piece.length;
      if (this.at === first.length) {
        this.queue.shift();
        this.at = 0;
      }
      this.stream.write(piece);
    }
  }
}
