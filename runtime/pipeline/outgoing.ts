/** Messages on their way to the peer: cut into frames, kept until the peer has done with them, sent again from the first that is missing (go-back-N). */

interface Message {
  readonly number: number;
  readonly bytes: Uint8Array;
  /** Sequence numbers in this session of its first frame and of the frame after its last. */
  first: number;
  end: number;
}

/** A piece of a message, for one frame. */
export interface Piece {
  readonly sequence: number;
  readonly number: number;
  readonly messageBytes: number;
  readonly payload: Uint8Array;
}

export class Outgoing {
  /** All messages below this number are done with, in whatever session that was heard; -1 while that is unknown. */
  released = -1;
  /** The message that the peer wants next; -1 while that is unknown, and where any may be its first. */
  expected = -1;
  private readonly payloadBytes: number;
  private readonly window: number;
  private kept: Message[] = [];
  /** The first frame that is not acknowledged, the next to be sent, and the first that never was. */
  private base = 0;
  private next = 0;
  private unsent = 0;
  /** Messages from this number on the peer has no room for. */
  private limit = 0;

  constructor(payloadBytes: number, window: number) {
    this.payloadBytes = payloadBytes;
    this.window = window;
  }

  /** How many messages are kept. */
  get length(): number {
    return this.kept.length;
  }

  /** A number near those that the peer speaks of; -1 while none is known. */
  get latest(): number {
    return this.kept.length > 0 ? this.kept[this.kept.length - 1].number : this.released;
  }

  /** How many frames were sent for the first time in this session. */
  get frames(): number {
    return this.unsent;
  }

  /** Whether frames are sent and not acknowledged. */
  get isWaiting(): boolean {
    return this.unsent > this.base;
  }

  /**
   * Keeps a message, unless it is done with: a board that has started anew may make it again.
   *
   * @throws RangeError where messages are left out that are not done with
   */
  add(number: number, bytes: Uint8Array): void {
    if (number < this.released) return;
    const last = this.kept[this.kept.length - 1];
    if (last && (number <= last.number || number > Math.max(last.number + 1, this.released)))
      throw new RangeError(`message ${number} was sent after message ${last.number}: numbers have no gaps`);
    this.kept.push(this.placed({ number, bytes, first: 0, end: 0 }, last?.end ?? this.base));
  }

  private placed(message: Message, first: number): Message {
    message.first = first;
    message.end = first + Math.max(1, Math.ceil(message.bytes.length / this.payloadBytes));
    return message;
  }

  /** A session begins: everything that is not done with goes out again. */
  restart(): void {
    this.base = this.next = this.unsent = this.limit = 0;
    this.expected = -1;
    this.kept = this.kept.filter(({ number }) => number >= this.released);
    let first = 0;
    for (const message of this.kept) first = this.placed(message, first).end;
  }

  /** Takes what a frame says of the peer's state; whether frames were acknowledged for the first time. */
  hear(acknowledgement: number, expected: number, released: number, credit: number): boolean {
    if (expected >= this.expected) {
      this.expected = expected;
      const from = expected < 0 ? (this.kept[0]?.number ?? 0) : expected;
      if (from + credit > this.limit) this.limit = from + credit;
    }
    if (released > this.released) this.released = released;
    const isNew = acknowledgement > this.base && acknowledgement <= this.unsent;
    if (isNew) {
      this.base = acknowledgement;
      if (this.next < this.base) this.next = this.base;
    }
    // A message is let go when it is done with, and its frames are out of the way.
    while (this.kept.length > 0 && this.kept[0].number < this.released && this.kept[0].end <= this.base)
      this.kept.shift();
    return isNew;
  }

  /** Whether the peer wants a message that is not there any more. */
  private get hasGap(): boolean {
    return this.expected >= 0 && this.kept[0].number > this.expected;
  }

  /** Sends again from the first frame that is not acknowledged. */
  rewind(): void {
    this.next = this.base;
  }

  /** The piece to be sent next, if window and peer have room for one. */
  piece(): Piece | undefined {
    const sequence = this.next;
    const { kept } = this;
    if (sequence >= this.base + this.window) return undefined;
    for (let i = 0; i < kept.length; i++) {
      if (sequence >= kept[i].end) continue;
      const { number, bytes, first } = kept[i];
      // What the peer cannot take because it lacks one before goes out all the same: the peer has to say so.
      if (number >= this.limit && !this.hasGap) return undefined;
      const at = (sequence - first) * this.payloadBytes;
      const payload = bytes.subarray(at, Math.min(at + this.payloadBytes, bytes.length));
      return { sequence, number, messageBytes: bytes.length, payload };
    }
    return undefined;
  }

  /** The piece is sent. */
  advance(): void {
    this.next++;
    if (this.next > this.unsent) this.unsent = this.next;
  }
}
