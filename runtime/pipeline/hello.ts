/** The frame of a handshake. */
import type { Failure } from "./failed.js";
import { HELLO, newFrame, payloadOf } from "./frame.js";
import type { Hello } from "./handshake.js";

/** Raised when frames change. */
export const PROTOCOL = 1;

/** Words of the payload: protocol, hash of the model, nonce of the sender, nonce of the receiver or zeros. */
const AT_PROTOCOL = 0;
const AT_MODEL = 1;
const AT_FROM = 9;
const AT_TO = 11;
const WORDS = 13;

export function helloFrame(
  { from, to }: Hello,
  model: readonly number[],
  sealBytes: number,
): Int32Array<ArrayBuffer> {
  const words = new Int32Array(WORDS);
  words[AT_PROTOCOL] = PROTOCOL;
  for (let i = 0; i < 8; i++) words[AT_MODEL + i] = model[i];
  words[AT_FROM] = from.low;
  words[AT_FROM + 1] = from.high;
  words[AT_TO] = to.low;
  words[AT_TO + 1] = to.high;
  return newFrame(HELLO, new Uint8Array(words.buffer), sealBytes);
}

function payloadWords(frame: Int32Array<ArrayBuffer>): Int32Array {
  const { buffer, byteOffset, length } = payloadOf(frame);
  return new Int32Array(buffer, byteOffset, length >> 2);
}

/** Why the sender of a handshake cannot be talked to. */
export function mismatch(frame: Int32Array<ArrayBuffer>, model: readonly number[]): Failure | undefined {
  const words = payloadWords(frame);
  if (words[AT_PROTOCOL] !== PROTOCOL)
    return {
      reason: "version",
      message: `the peer has protocol ${words[AT_PROTOCOL]} and this board ${PROTOCOL}: flash both from one version of xsnn`,
    };
  for (let i = 0; i < 8; i++)
    if (words[AT_MODEL + i] !== model[i])
      return {
        reason: "model",
        message: "the peer has a part of another model: flash all boards from one split",
      };
  return undefined;
}

/** Who speaks to whom; undefined for a frame of another protocol that has no such words. */
export function helloOf(frame: Int32Array<ArrayBuffer>): Hello | undefined {
  const words = payloadWords(frame);
  if (words.length < WORDS) return undefined;
  return {
    from: { low: words[AT_FROM], high: words[AT_FROM + 1] },
    to: { low: words[AT_TO], high: words[AT_TO + 1] },
  };
}
