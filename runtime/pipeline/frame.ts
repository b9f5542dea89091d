/**
 * Frames: a header of little-endian words, and a payload filled up to whole words with zeros. These are indexes of the
 * header's words.
 */
import { checkOf } from "./check.js";
import { bufferOf, joined } from "./copy.js";

/** Where a frame starts. */
export const AT_SYNC = 0;
/** What check.ts computes; 0 in a frame that is sealed. */
export const AT_CHECK = 1;
/** Bytes of the payload in the lower half, their complement in the upper: a damaged length is not waited for. */
export const AT_LENGTH = 2;
/** Type in the lowest byte, above it how many messages beyond `AT_EXPECTED` the sender of the frame has room for. */
export const AT_TYPE = 3;
/** Tag of the session and of the direction: see handshake.ts. */
export const AT_SESSION = 4;
/** Counts data frames of a session from 0 on. */
export const AT_SEQUENCE = 5;
/** The sequence number of the data frame that is wanted next. */
export const AT_ACKNOWLEDGEMENT = 6;
/** Number of the message that the payload is a piece of, and bytes of all of it. */
export const AT_MESSAGE = 7;
export const AT_MESSAGE_BYTES = 8;
/** Number of the message that is wanted next; -1 where any may be the first. */
export const AT_EXPECTED = 9;
/** All messages with lower numbers are done with, and need not be kept; -1 at first. */
export const AT_RELEASED = 10;

export const HEADER_BYTES = 44;

/** "XPL" and a byte that is no letter: one that seldom occurs in activations would be as good. */
export const SYNC = 0xa54c5058 | 0;

export const HELLO = 1;
export const DATA = 2;
/** Acknowledges, and tells that the sender is there. */
export const STATUS = 3;

/** The greatest payload, in bytes: check.ts has tables for no more. */
export const MOST_PAYLOAD_BYTES = 4096;

/** Bytes of a frame. @param sealBytes behind the payload: 0 or those of seal.ts */
export function frameBytes(payloadBytes: number, sealBytes: number): number {
  return HEADER_BYTES + ((payloadBytes + 3) & -4) + sealBytes;
}

/** A frame that is yet to be filled in: its header is, but for the words of the sender's state. */
export function newFrame(type: number, payload: Uint8Array, sealBytes: number): Int32Array<ArrayBuffer> {
  const { length } = payload;
  const rest = ((length + 3) & -4) - length + sealBytes;
  const words = new Int32Array(
    length > 0
      ? joined(new ArrayBuffer(HEADER_BYTES), bufferOf(payload), new ArrayBuffer(rest))
      : new ArrayBuffer(HEADER_BYTES + rest),
  );
  words[AT_SYNC] = SYNC;
  words[AT_LENGTH] = length | (~length << 16);
  words[AT_TYPE] = type;
  return words;
}

/** The bytes of a frame, after its check is set: nothing else of it may change any more. */
export function finished(words: Int32Array<ArrayBuffer>): Uint8Array {
  const bytes = new Uint8Array(words.buffer);
  words[AT_CHECK] = checkOf(bytes);
  return bytes;
}

/** The payload's bytes in place. */
export function payloadOf(words: Int32Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(words.buffer, HEADER_BYTES, words[AT_LENGTH] & 0xffff);
}
