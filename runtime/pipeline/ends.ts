/** What a stage's messages come from and go to: a link to another board, or something on the board itself. */
import type { Failure } from "./failed.js";
import type { Received } from "./incoming.js";

/** A link is one, and so is a sensor. */
export interface Source {
  readonly failure: Failure | undefined;
  /** The next message, if there is one. */
  take(): Received | undefined;
  /** All messages below a number are done with, and none of them is wanted any more. */
  release(number: number): void;
  tick(now: number): void;
}

/** A link is one, and so is what uses the results. */
export interface Sink {
  readonly failure: Failure | undefined;
  /** Whether `released` is known. */
  readonly isJoined: boolean;
  /** All messages below this number are done with; -1 where there was none. */
  readonly released: number;
  /** Takes a message, which is not altered afterwards; whether there was room. */
  send(number: number, bytes: Uint8Array): boolean;
  tick(now: number): void;
}

/** The source of a first stage: readings of a sensor, numbered. After a new start they go on where the boards behind want them. */
export class Sensor implements Source {
  readonly failure = undefined;
  private next = 0;
  private readonly read: (number: number) => Uint8Array | undefined;

  /** @param read makes the message of a number, as the layout says; undefined while there is none */
  constructor(read: (number: number) => Uint8Array | undefined) {
    this.read = read;
  }

  take(): Received | undefined {
    const bytes = this.read(this.next);
    return bytes && { number: this.next++, bytes };
  }

  release(number: number): void {
    if (number > this.next) this.next = number;
  }

  tick(): void {}
}

/** The sink of a last stage. */
export class Results implements Sink {
  readonly failure = undefined;
  readonly isJoined = true;
  private next: number;
  private readonly use: (number: number, bytes: Uint8Array) => void;

  /**
   * @param use is given each message once, in order; it is done with when it returns
   * @param next the first that is wanted: where results outlast a new start, the one after the last of them; any unless said
   */
  constructor(use: (number: number, bytes: Uint8Array) => void, next = -1) {
    this.use = use;
    this.next = next;
  }

  get released(): number {
    return this.next;
  }

  send(number: number, bytes: Uint8Array): boolean {
    if (number < this.next) return true;
    this.use(number, bytes);
    this.next = number + 1;
    return true;
  }

  tick(): void {}
}
