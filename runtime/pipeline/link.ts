/** Messages over a line that may lose, double, reorder, cut and alter bytes, to a peer that may start anew at any time. */
import { isWhole } from "./check.js";
import { Decoder } from "./decoder.js";
import type { Failure, Reason } from "./failed.js";
import {
  AT_ACKNOWLEDGEMENT,
  AT_EXPECTED,
  AT_MESSAGE,
  AT_MESSAGE_BYTES,
  AT_RELEASED,
  AT_SEQUENCE,
  AT_SESSION,
  AT_TYPE,
  DATA,
  finished,
  HELLO,
  MOST_PAYLOAD_BYTES,
  newFrame,
  payloadOf,
  STATUS,
} from "./frame.js";
import { Handshake, type Hello, type Session } from "./handshake.js";
import { helloFrame, helloOf, mismatch } from "./hello.js";
import { Incoming, type Received } from "./incoming.js";
import { lowBits, nearest } from "./numbers.js";
import { Outgoing } from "./outgoing.js";
import { SEAL_BYTES, Seal } from "./seal.js";
import type { Transport } from "./transport.js";

export interface LinkOptions {
  readonly transport: Transport;
  /** SHA-256 of what both sides are parts of, as eight words: others are refused. */
  readonly model: readonly number[];
  /** 32 secret bytes, the same on both sides: frames of others are not heard. None unless said: then whoever can write to the line can forge them. */
  readonly key?: Uint8Array;
  /** Makes 32 random bits, as a signed integer, from hardware: nonces must not come again after a new start. */
  readonly random: () => number;
  /** Bytes of the longest message that is taken. */
  readonly longest: number;
  /** Messages that are kept until the peer has done with them, and that wait to be taken; 4 and 2 unless said. */
  readonly outbox?: number;
  readonly inbox?: number;
  /** Number of the message that is wanted first; any unless said. */
  readonly expected?: number;
  /** Bytes of a frame's payload, the same on both sides: a multiple of 4; 2,048 unless said. */
  readonly payloadBytes?: number;
  /** Frames on their way at a time, the same on both sides; 4 unless said. */
  readonly window?: number;
  /** Milliseconds until a frame is sent again, at first: more than a window and its answer take; 200 unless said. */
  readonly retry?: number;
  /** Milliseconds without a peer or without progress until the link fails; 5,000 unless said. */
  readonly deadline?: number;
  /** Frames until a session is renewed, since their numbers have an end; 2^30 unless said. */
  readonly sessionFrames?: number;
}

/** How often the clock is looked at in the time of `retry`. */
const TICKS = 8;

/** Waits grow no longer than this many times `retry`. */
const LONGEST_WAIT = 8;

/** When a status is due: at the next tick, a part of `retry` after it, or not at all. */
const NOW = 0;
const SOON = -1;
const NEVER = Number.POSITIVE_INFINITY;

export class Link {
  /** Why the link has ended; it does nothing any more. */
  failure: Failure | undefined;
  private readonly transport: Transport;
  private readonly model: readonly number[];
  private readonly outbox: number;
  private readonly window: number;
  private readonly retry: number;
  private readonly deadline: number;
  private readonly sessionFrames: number;
  private readonly seal: Seal | undefined;
  private readonly sealBytes: number;
  private readonly decoder: Decoder;
  private readonly handshake: Handshake;
  private readonly outgoing: Outgoing;
  private readonly incoming: Incoming;
  /** What has happened since the last tick, whose time is not known before the next. */
  private hasBytes = false;
  private hasPeer = false;
  private hasProgress = false;
  private hasJoined = false;
  /** What is owed to the peer: an answer, and by when a status, unless another frame tells it before. */
  private answer: Hello | undefined;
  private statusAt = NEVER;
  /** Data frames that were taken, and the message up to which the peer has credit, as far as it was told. */
  private untold = 0;
  private told = 0;
  /** Times of the last tick that knew of bytes, of the peer and of progress, and of the last frames of their kind. */
  private bytesAt = 0;
  private peerAt = 0;
  private progressAt = 0;
  private sentAt = 0;
  private dataAt = 0;
  private askedAt = 0;
  private wait: number;
  private isStarted = false;
  /** Before then there is nothing to do, unless something happens: then it is 0. */
  private due = 0;

  /** @throws RangeError for a payload that no frame has */
  constructor(options: LinkOptions) {
    const { payloadBytes = 2048, retry = 200, window = 4 } = options;
    if (payloadBytes % 4 !== 0 || payloadBytes < 64 || payloadBytes > MOST_PAYLOAD_BYTES)
      throw new RangeError(
        `payloadBytes is ${payloadBytes}: give a multiple of 4 from 64 to ${MOST_PAYLOAD_BYTES}`,
      );
    this.transport = options.transport;
    this.model = options.model;
    this.outbox = options.outbox ?? 4;
    this.window = window;
    this.retry = this.wait = retry;
    this.deadline = options.deadline ?? 5000;
    this.sessionFrames = options.sessionFrames ?? 2 ** 30;
    this.seal = options.key && new Seal(options.key);
    this.sealBytes = this.seal ? SEAL_BYTES : 0;
    this.handshake = new Handshake(options.random);
    this.outgoing = new Outgoing(payloadBytes, window);
    this.incoming = new Incoming(options.expected ?? -1, options.inbox ?? 2, options.longest);
    this.decoder = new Decoder(payloadBytes, this.sealBytes, (words) => this.hear(words));
    options.transport.onBytes = (bytes) => {
      this.hasBytes = true;
      this.due = 0;
      this.decoder.push(bytes);
    };
  }

  /** Whether there is a session, and the peer has told its state. */
  get isJoined(): boolean {
    return this.hasJoined && !this.failure;
  }

  /** The peer has done with all messages below this number; -1 while it has not told of any. */
  get released(): number {
    return this.outgoing.released;
  }

  /** The message that the peer wants next; -1 where any may be its first. */
  get expected(): number {
    return this.outgoing.expected;
  }

  /**
   * Sends a message, which is kept by reference until the peer has done with it: do not alter it.
   *
   * @param number one more than that of the message before, or `released`; that of the first is the caller's choice
   * @returns whether there was room
   */
  send(number: number, bytes: Uint8Array): boolean {
    if (this.failure || this.outgoing.length >= this.outbox) return false;
    this.outgoing.add(number, bytes);
    this.due = 0;
    return true;
  }

  /** The next message, if one is whole. */
  take(): Received | undefined {
    const { incoming } = this;
    const received = incoming.take();
    // There is room again: a peer that knows of none waits for it.
    if (received) this.owe(incoming.expected >= this.told ? NOW : SOON);
    return received;
  }

  /** All messages below a number are done with: the peer need not keep them, even if this board starts anew. */
  release(number: number): void {
    if (number <= this.incoming.released) return;
    this.incoming.release(number);
    this.owe(NOW);
  }

  /**
   * Sends what is due. Call it every few milliseconds, between tiles of a computation too.
   *
   * @param now milliseconds from any start, never less than before
   */
  tick(now: number): void {
    if (now < this.due) return;
    this.due = now + this.retry / TICKS;
    this.observe(now);
    if (this.answer && this.sayHello(this.answer)) this.answer = undefined;
    if (this.failure) return;
    this.ask(now);
    if (!this.handshake.session) return;
    if (this.outgoing.isWaiting && now - this.progressAt >= this.wait && now - this.dataAt >= this.wait) {
      this.outgoing.rewind();
      this.wait = Math.min(2 * this.wait, LONGEST_WAIT * this.retry);
    }
    for (let piece = this.outgoing.piece(); piece; piece = this.outgoing.piece()) {
      const words = newFrame(DATA, piece.payload, this.sealBytes);
      words[AT_SEQUENCE] = piece.sequence;
      words[AT_MESSAGE] = lowBits(piece.number);
      words[AT_MESSAGE_BYTES] = piece.messageBytes;
      if (!this.say(words, now)) break;
      this.outgoing.advance();
      this.dataAt = now;
    }
    if (this.statusAt === SOON) this.statusAt = now + this.retry / TICKS;
    if (now >= this.statusAt || now - this.sentAt >= 2 * this.retry)
      this.say(newFrame(STATUS, new Uint8Array(0), this.sealBytes), now);
    if (this.statusAt < this.due) this.due = this.statusAt;
  }

  /** Gives what has happened its time, and ends the link where too much of it has gone by. */
  private observe(now: number): void {
    if (!this.isStarted) {
      this.isStarted = true;
      this.bytesAt = this.peerAt = this.progressAt = now;
      this.sentAt = this.askedAt = now - 2 * this.retry;
    }
    if (this.hasBytes) {
      this.bytesAt = now;
      this.hasBytes = false;
    } else if (this.decoder.isPending && now - this.bytesAt >= this.retry) this.decoder.giveUp();
    if (this.hasPeer) {
      this.peerAt = now;
      this.hasPeer = false;
    } else if (now - this.peerAt > this.deadline)
      this.fail(
        "silent",
        this.peerAt < this.bytesAt
          ? "bytes came, but none from the peer for DEADLINE: see to the line, and to the key on both boards"
          : "nothing was heard from the peer for DEADLINE: see to its power and the line",
      );
    if (this.hasProgress) {
      this.progressAt = now;
      this.wait = this.retry;
      this.hasProgress = false;
    } else if (!this.outgoing.isWaiting) this.progressAt = now;
    else if (now - this.progressAt > this.deadline)
      this.fail("stalled", "the peer has acknowledged nothing for DEADLINE: see to the line");
  }

  private fail(reason: Reason, message: string): void {
    this.failure ??= { reason, message: message.replace("DEADLINE", `${this.deadline} ms`) };
  }

  /** Asks for a session where there is none, or its numbers come to an end, or its peer seems to have left it. */
  private ask(now: number): void {
    const { session } = this.handshake;
    if (session && now - this.peerAt < LONGEST_WAIT * this.retry && !this.isWorn(session)) return;
    if (now - this.askedAt >= this.retry && this.sayHello(this.handshake.question())) this.askedAt = now;
  }

  private isWorn(session: Session): boolean {
    const { sessionFrames } = this;
    if (this.outgoing.frames >= sessionFrames) return true;
    return this.seal !== undefined && this.seal.sealed(session) >= sessionFrames;
  }

  private sayHello(hello: Hello): boolean {
    const words = helloFrame(hello, this.model, this.sealBytes);
    if (!this.hasRoom(words)) return false;
    this.seal?.sealHello(words, hello);
    this.write(words);
    return true;
  }

  /** Sends a frame of the session with all that the peer has to know. */
  private say(words: Int32Array<ArrayBuffer>, now: number): boolean {
    const { incoming } = this;
    words[AT_TYPE] |= incoming.credit << 8;
    const session = this.handshake.session!;
    words[AT_SESSION] = session.outgoing;
    words[AT_ACKNOWLEDGEMENT] = incoming.sequence;
    words[AT_EXPECTED] = lowBits(incoming.expected);
    words[AT_RELEASED] = lowBits(incoming.released);
    if (!this.hasRoom(words)) return false;
    this.seal?.seal(words, session);
    this.write(words);
    this.told = incoming.expected + incoming.credit;
    this.untold = 0;
    this.statusAt = NEVER;
    this.sentAt = now;
    return true;
  }

  /** A status is owed `NOW` or `SOON`. */
  private owe(when: number): void {
    if (this.statusAt === NEVER || when === NOW) this.statusAt = when;
    this.due = 0;
  }

  private hasRoom({ byteLength }: Int32Array): boolean {
    if (this.transport.writable >= byteLength) return true;
    this.due = 0;
    return false;
  }

  private write(words: Int32Array<ArrayBuffer>): void {
    this.transport.write(this.seal ? new Uint8Array(words.buffer) : finished(words));
  }

  /** Takes what looks like a frame; whether it is one. What is sealed needs no other check. */
  private hear(words: Int32Array<ArrayBuffer>): boolean {
    if (!this.seal && !isWhole(new Uint8Array(words.buffer))) return false;
    const type = words[AT_TYPE] & 255;
    return type === HELLO ? this.hearHello(words) : this.hearSession(words, type);
  }

  private hearHello(words: Int32Array<ArrayBuffer>): boolean {
    const hello = helloOf(words);
    if (this.seal && !(hello && this.seal.isHello(words, hello))) return false;
    const wrong = mismatch(words, this.model);
    if (wrong) this.failure ??= wrong;
    // A side that has refused goes on to answer, so that the other learns why.
    if (!hello || (this.failure && !wrong)) return true;
    const said = this.handshake.hear(hello);
    if (said === "joined") this.restart();
    else if (said === "known") this.owe(NOW);
    else if (said) this.answer = said;
    return true;
  }

  private hearSession(words: Int32Array<ArrayBuffer>, type: number): boolean {
    const session = this.handshake.sessionOf(words[AT_SESSION]);
    if (this.seal && !(session && this.seal.opens(words, session))) return false;
    if (!session || this.failure) return true;
    if (this.handshake.enter(session)) this.restart();
    this.hasPeer = this.hasJoined = true;
    const { incoming, outgoing } = this;
    const expected = nearest(words[AT_EXPECTED], outgoing.latest);
    const released = nearest(words[AT_RELEASED], outgoing.latest);
    if (outgoing.hear(words[AT_ACKNOWLEDGEMENT], expected, released, words[AT_TYPE] >>> 8))
      this.hasProgress = true;
    if (type !== DATA) return true;
    const payload = payloadOf(words);
    const number = nearest(words[AT_MESSAGE], incoming.expected);
    const sequence = words[AT_SEQUENCE];
    this.failure ??= incoming.accept(sequence, number, words[AT_MESSAGE_BYTES], payload);
    // Half a window may wait to be acknowledged; a peer that sends what is not wanted has to know.
    const isTaken = incoming.sequence > sequence;
    this.owe(isTaken && 2 * ++this.untold < this.window ? SOON : NOW);
    return true;
  }

  /** A session begins: frames count from 0, and what is kept goes out again. */
  private restart(): void {
    this.hasPeer = this.hasProgress = true;
    this.hasJoined = false;
    this.owe(NOW);
    this.outgoing.restart();
    this.incoming.restart();
  }
}
