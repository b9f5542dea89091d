/** Between the bytes of a model's tensors, one behind the other, and messages between stages. */
import type { MessageLayout } from "../../../runtime/pipeline/layout.js";

/** A message of these bytes of all tensors. */
export function packed({ bytes, tensors }: MessageLayout, all: Uint8Array): Uint8Array {
  const message = new Uint8Array(bytes);
  let at = 0;
  for (const { offset, bytes: length } of tensors) {
    message.set(all.subarray(at, at + length), offset);
    at += length;
  }
  return message;
}

/** The bytes of all tensors of a message. */
export function unpacked({ tensors }: MessageLayout, message: Uint8Array): Uint8Array {
  return Buffer.concat(tensors.map(({ offset, bytes }) => message.subarray(offset, offset + bytes)));
}
