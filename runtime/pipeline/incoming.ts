/** Messages on their way from the peer: pieces in order make them whole, and they wait until they are taken. */
import { bufferOf, joined } from "./copy.js";
import type { Failure } from "./failed.js";

/** A message and its number. */
export interface Received {
  readonly number: number;
  readonly bytes: Uint8Array;
}

export class Incoming {
  /** The frame that is wanted next. */
  sequence = 0;
  /** The message that is wanted next; -1 where any may be the first. */
  expected: number;
  private done = -1;
  private readonly capacity: number;
  private readonly longest: number;
  private waiting: Received[] = [];
  /** The pieces so far of the message that is wanted, and their bytes. */
  private pieces: ArrayBuffer[] = [];
  private filled = 0;

  constructor(expected: number, capacity: number, longest: number) {
    this.expected = expected;
    this.capacity = capacity;
    this.longest = longest;
  }

  /** How many messages from `expected` on there is room for. */
  get credit(): number {
    return this.capacity - this.waiting.length;
  }

  /** All messages below this number are done with; -1 at first. */
  get released(): number {
    return this.done;
  }

  /** Messages below a number are done with, and none of them is wanted: the boards behind may know those that this one lacks. */
  release(number: number): void {
    this.done = number;
    this.waiting = this.waiting.filter((message) => message.number >= number);
    if (number <= this.expected) return;
    this.expected = number;
    this.pieces = [];
    this.filled = 0;
  }

  take(): Received | undefined {
    return this.waiting.shift();
  }

  /** A session begins, and the peer with the first message that it keeps. */
  restart(): void {
    this.sequence = 0;
    this.pieces = [];
    this.filled = 0;
  }

  /** Takes a piece if it is the one that is wanted. What makes it impossible to go on, if anything does. */
  accept(sequence: number, number: number, messageBytes: number, payload: Uint8Array): Failure | undefined {
    if (sequence !== this.sequence) return undefined;
    if (this.expected >= 0 && number < this.expected) {
      this.sequence++; // sent again after a new start, and known
      return undefined;
    }
    if (this.expected >= 0 && number > this.expected)
      return {
        reason: "lost",
        message: `the peer has message ${number} but no longer message ${this.expected}: start all boards anew`,
      };
    if (messageBytes > this.longest)
      return {
        reason: "too-long",
        message: `message ${number} has ${messageBytes} bytes, more than the ${this.longest} that were asked for`,
      };
    if (this.credit === 0) return undefined;
    const filled = this.filled + payload.length;
    if (filled > messageBytes) return undefined;
    this.expected = number;
    this.pieces.push(bufferOf(payload));
    this.filled = filled;
    this.sequence++;
    if (filled === messageBytes) {
      const [first, ...others] = this.pieces;
      this.waiting.push({ number, bytes: new Uint8Array(joined(first, ...others)) });
      this.pieces = [];
      this.filled = 0;
      this.expected = number + 1;
    }
    return undefined;
  }
}
