/** What messages between stages hold for training, besides activations: what is to be learned, and gradients. */
import type { Training } from "../training/training.js";
import { bufferOf, joined } from "./copy.js";
import type { GradientSpan } from "./layout.js";

/**
 * The last word of a message: 0 where there is nothing to learn, else the label and 1, and a flag for an update that a whole batch
 * need not wait for. Behind the stage that makes the loss it is the loss in units of 2^-16, −1 where there was no label.
 */
const UPDATE = 0x10000;

/**
 * What is to be learned from a sample, as the first stage takes it behind its inputs.
 *
 * @param label the index of the right output, 0 to 65,534; nothing is learned without one
 * @param isLast whether all stages are to move their parameters after this sample, though it may not be the last one of a batch
 */
export function lesson(label?: number, isLast = false): number {
  return (label === undefined ? 0 : label + 1) | (isLast ? UPDATE : 0);
}

/** The label; −1 where there is none. */
export function labelOf(word: number): number {
  return (word & (UPDATE - 1)) - 1;
}

/** Whether parameters are to be moved after the sample. */
export function isUpdate(word: number): boolean {
  return (word & UPDATE) !== 0;
}

/** The last word of a message, whose bytes are a multiple of 4 and begin at one of their buffer. */
export function wordOf(bytes: Uint8Array): number {
  return lastWord(bytes)[0];
}

export function setWord(bytes: Uint8Array, word: number): void {
  lastWord(bytes)[0] = word;
}

function lastWord({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset + byteLength - 4, 1);
}

/** Bytes of a message of gradients: of each its exponent, int32, and its mantissas, int16, to a multiple of 4. */
export function gradientBytes(spans: readonly GradientSpan[]): number {
  let bytes = 0;
  for (const { length } of spans) bytes += 4 + mantissaBytes(length);
  return bytes;
}

function mantissaBytes(length: number): number {
  return (2 * length + 3) & -4;
}

/** A message of gradients. */
export function gradientMessage(
  { gradients, exponents }: Training,
  spans: readonly GradientSpan[],
): Uint8Array {
  const pieces: ArrayBuffer[] = [];
  for (const { gradient, exponent, length } of spans) {
    pieces.push(Int32Array.of(exponents[exponent]).buffer);
    pieces.push(bufferOf(new Uint8Array(gradients.buffer, 2 * gradient, 2 * length)));
    if (length & 1) pieces.push(new ArrayBuffer(2));
  }
  return new Uint8Array(joined(new ArrayBuffer(0), ...pieces));
}

/** Takes the gradients of a message. @param bytes as many as `gradientBytes` says */
export function takeGradients(
  { gradients, exponents }: Training,
  spans: readonly GradientSpan[],
  { buffer, byteOffset }: Uint8Array,
): void {
  let at = byteOffset;
  for (const { gradient, exponent, length } of spans) {
    exponents[exponent] = new Int32Array(buffer, at, 1)[0];
    gradients.set(new Int16Array(buffer, at + 4, length), gradient);
    at += 4 + mantissaBytes(length);
  }
}
