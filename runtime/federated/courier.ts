/** A link on which each side has one message under way at most, and which begins anew when it fails. */
import type { Failure } from "../pipeline/failed.js";
import { Link, type LinkOptions } from "../pipeline/link.js";
import { mostBytes } from "./tensors.js";

/** What a link of federated training is made with; frames have payloads of `PAYLOAD_BYTES` unless said. */
export type LineOptions = Omit<LinkOptions, "longest" | "outbox" | "inbox" | "expected">;

/** With its header, such a frame fits into a datagram. */
const PAYLOAD_BYTES = 1024;

/** Bytes of a message's words before its tensors, and more. */
const HEAD_BYTES = 64;

export class Courier {
  private readonly options: LinkOptions;
  private link: Link;
  /** Number of the next message; −1 while this link has sent none. */
  private next = -1;
  /** The message before it, while the link has no room: after a new session, one that the peer has done with may still be there. */
  private unsent: Uint8Array | undefined;

  /** @param lengths of the tensors that messages carry */
  constructor(line: LineOptions, lengths: readonly number[]) {
    this.options = {
      payloadBytes: PAYLOAD_BYTES,
      ...line,
      longest: HEAD_BYTES + mostBytes(lengths),
      outbox: 1,
      inbox: 1,
    };
    this.link = new Link(this.options);
  }

  /** Whether the peer is there, and has taken what was sent. */
  get isFree(): boolean {
    const { link, next } = this;
    return link.isJoined && (next < 0 || link.released >= next);
  }

  /** Sends a message, which is kept by reference. Only where it `isFree`. */
  send(bytes: Uint8Array): void {
    const { link } = this;
    // A side that has started anew goes on with the numbers that its peer knows.
    if (this.next < 0) this.next = Math.max(0, link.expected, link.released);
    this.next++;
    this.unsent = bytes;
    this.hand();
  }

  private hand(): void {
    const { link, unsent, next } = this;
    if (unsent && link.send(next - 1, unsent)) this.unsent = undefined;
  }

  /** The next message, which the peer need not keep any longer. */
  take(): Uint8Array | undefined {
    const received = this.link.take();
    if (!received) return undefined;
    this.link.release(received.number + 1);
    return received.bytes;
  }

  /** Sends what is due. Why the link has ended, if it has: `renew()` begins another. */
  tick(now: number): Failure | undefined {
    this.hand();
    this.link.tick(now);
    return this.link.failure;
  }

  renew(): void {
    this.link = new Link(this.options);
    this.next = -1;
    this.unsent = undefined;
  }
}
