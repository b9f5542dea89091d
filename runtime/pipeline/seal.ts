/**
 * Tags that only who has the shared key can make. Behind its payload a frame has a word that counts the frames of its sender in
 * the session, and a tag of Poly1305 over all before it. Every tag has a key of its own, from ChaCha20:
 *
 * - The block of the shared key for the nonces of sender and receiver, in this order, has the key of the handshake from the one
 *   to the other, and behind it the key of that direction of their session. Nonces are fresh, so no session has the keys of
 *   another, nor a direction those of the other one.
 * - The blocks of a direction's key have the keys of its frames, two a block.
 *
 * A frame is taken whose count is higher than that of all before: once, and never again.
 */
import { chacha20 } from "./chacha20.js";
import type { Hello, Nonce, Session } from "./handshake.js";
import { poly1305 } from "./poly1305.js";

/** The count and the tag. */
export const SEAL_BYTES = 20;
const SEAL_WORDS = SEAL_BYTES / 4;

/** A direction's keys and the count of its frames. */
class Direction {
  count = 0;
  private readonly key: Int32Array;
  private block: Int32Array | undefined;
  private at = -1;

  constructor(key: Int32Array) {
    this.key = key;
  }

  keyOf(count: number): Int32Array {
    const at = count >>> 1;
    if (!this.block || at !== this.at) {
      this.block = chacha20(this.key, at, 0, 0, 0);
      this.at = at;
    }
    return this.block.subarray(8 * (count & 1), 8 * (count & 1) + 8);
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
    setTag(frame, this.pairKeys(from, to).subarray(0, 8));
  }

  /** Whether a handshake is from a peer with the key. */
  isHello(frame: Int32Array<ArrayBuffer>, { from, to }: Hello): boolean {
    return hasTag(frame, this.pairKeys(from, to).subarray(0, 8));
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
    setTag(frame, outgoing.keyOf(outgoing.count));
    outgoing.count++;
  }

  /** Whether a frame is from the session's peer, and was not taken before. */
  opens(frame: Int32Array<ArrayBuffer>, session: Session): boolean {
    const keys = this.keysOf(session);
    const { incoming } = keys;
    const count = frame[frame.length - SEAL_WORDS];
    if (count < incoming.count || !hasTag(frame, incoming.keyOf(count))) return false;
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

  private pairKeys(from: Nonce, to: Nonce): Int32Array {
    return chacha20(this.key, from.low, from.high, to.low, to.high);
  }
}

function tagOf(frame: Int32Array<ArrayBuffer>, key: Int32Array): Int32Array {
  return poly1305(key, new Uint8Array(frame.buffer), frame.byteLength - 16);
}

function setTag(frame: Int32Array<ArrayBuffer>, key: Int32Array): void {
  const tag = tagOf(frame, key);
  for (let i = 0; i < 4; i++) frame[frame.length - 4 + i] = tag[i];
}

function hasTag(frame: Int32Array<ArrayBuffer>, key: Int32Array): boolean {
  const tag = tagOf(frame, key);
  let difference = 0;
  for (let i = 0; i < 4; i++) difference |= frame[frame.length - 4 + i] ^ tag[i];
  return difference === 0;
}
