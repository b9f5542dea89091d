/**
 * Tags that only who has the shared key can make. Behind its payload a frame has a word that counts the frames of its sender in
 * the session, and a tag of Poly1305 over all before it. Keys come from ChaCha20:
 *
 * - The block of the shared key for the nonces of sender and receiver, in this order, has the key of the handshake from the one
 *   to the other, and behind it the key of that direction of their session. Nonces are fresh, so no session has the keys of
 *   another, nor a direction those of the other one.
 * - Block 0 of a direction's key has the point of its polynomials; the blocks from 1 on have the pads of its frames, four a
 *   block. That pads differ and points do not is Poly1305 as first published: what is secret stays so, and powers are
 *   computed once.
 *
 * A frame is taken whose count is higher than that of all before: once, and never again.
 */
import { chacha20 } from "./chacha20.js";
import type { Hello, Nonce, Session } from "./handshake.js";
import { Poly1305, poly1305 } from "./poly1305.js";

/** The count and the tag. */
export const SEAL_BYTES = 20;
const SEAL_WORDS = SEAL_BYTES / 4;
const TAG_BYTES = 16;

/** A direction's keys and the count of its frames. */
class Direction {
  count = 0;
  private readonly key: Int32Array;
  private readonly polynomials: Poly1305;
  /** Pads, and the block that they are. */
  private pads = new Uint8Array(0);
  private at = 0;

  constructor(key: Int32Array) {
    this.key = key;
    this.polynomials = new Poly1305(new Uint8Array(chacha20(key, 0, 0, 0, 0).buffer));
  }

  tag(count: number, frame: Int32Array<ArrayBuffer>): Int32Array {
    const at = (count >>> 2) + 1;
    if (at !== this.at) {
      this.pads = new Uint8Array(chacha20(this.key, at, 0, 0, 0).buffer);
      this.at = at;
    }
    const from = 16 * (count & 3);
    const pad = this.pads.subarray(from, from + 16);
    return this.polynomials.tag(pad, new Uint8Array(frame.buffer), frame.byteLength - TAG_BYTES);
  }
}

interface Keys {
  readonly session: Session;
  readonly outgoing: Direction;
  readonly incoming: Direction;
}

export class Seal {
  private readonly key: Int32Array;
  private keys: Keys | undefined;

  /**
   * @param key 32 secret bytes, the same on both sides
   * @throws RangeError for another length
   */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new RangeError(`a key has 32 bytes, and not ${key.length}`);
    this.key = new Int32Array(Uint8Array.from(key).buffer);
  }

  /** Seals a handshake. */
  sealHello(frame: Int32Array<ArrayBuffer>, { from, to }: Hello): void {
    setTag(frame, this.helloTag(frame, from, to));
  }

  /** Whether a handshake is from a peer with the key. */
  isHello(frame: Int32Array<ArrayBuffer>, { from, to }: Hello): boolean {
    return hasTag(frame, this.helloTag(frame, from, to));
  }

  /** How many frames were sealed in a session. */
  sealed(session: Session): number {
    return this.keys?.session === session ? this.keys.outgoing.count : 0;
  }

  /** Seals a frame of a session. */
  seal(frame: Int32Array<ArrayBuffer>, session: Session): void {
    this.keys = this.keysOf(session);
    const { outgoing } = this.keys;
    frame[frame.length - SEAL_WORDS] = outgoing.count;
    setTag(frame, outgoing.tag(outgoing.count, frame));
    outgoing.count++;
  }

  /** Whether a frame is from the session's peer, and was not taken before. */
  opens(frame: Int32Array<ArrayBuffer>, session: Session): boolean {
    const keys = this.keysOf(session);
    const { incoming } = keys;
    const count = frame[frame.length - SEAL_WORDS];
    if (count < incoming.count || !hasTag(frame, incoming.tag(count, frame))) return false;
    incoming.count = count + 1;
    this.keys = keys;
    return true;
  }

  private keysOf(session: Session): Keys {
    if (this.keys?.session === session) return this.keys;
    const { own, peer } = session;
    return {
      session,
      outgoing: new Direction(this.pairKeys(own, peer).slice(8)),
      incoming: new Direction(this.pairKeys(peer, own).slice(8)),
    };
  }

  private helloTag(frame: Int32Array<ArrayBuffer>, from: Nonce, to: Nonce): Int32Array {
    const key = new Uint8Array(this.pairKeys(from, to).buffer, 0, 32);
    return poly1305(key, new Uint8Array(frame.buffer, 0, frame.byteLength - TAG_BYTES));
  }

  private pairKeys(from: Nonce, to: Nonce): Int32Array<ArrayBuffer> {
    return chacha20(this.key, from.low, from.high, to.low, to.high);
  }
}

function setTag(frame: Int32Array<ArrayBuffer>, tag: Int32Array): void {
  for (let i = 0; i < 4; i++) frame[frame.length - 4 + i] = tag[i];
}

function hasTag(frame: Int32Array<ArrayBuffer>, tag: Int32Array): boolean {
  let difference = 0;
  for (let i = 0; i < 4; i++) difference |= frame[frame.length - 4 + i] ^ tag[i];
  return difference === 0;
}
