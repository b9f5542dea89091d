/** What the messages between stages hold. `xsnn split` writes a layout for every stage. */
import type { GradientPlace } from "../training/training.js";

/** Where tensors lie in a message, each from a multiple of 4 bytes on. */
export interface MessageLayout {
  /** Bytes of the message. */
  readonly bytes: number;
  readonly tensors: readonly { readonly name: string; readonly offset: number; readonly bytes: number }[];
}

/** A gradient that crosses, and where in `Training` it lies on this board. */
export interface GradientSpan extends GradientPlace {
  /** The tensor's. */
  readonly name: string;
  /** Elements. */
  readonly length: number;
}

/** Of a stage that takes part in training. */
export interface TrainingLayout {
  /** Outputs that labels name, where the loss is made here; else 0. */
  readonly classes: number;
  /** Gradients from the next board; none where the loss is made here. */
  readonly received: readonly GradientSpan[];
  /** Gradients for the board before. */
  readonly handed: readonly GradientSpan[];
}

export interface StageLayout {
  /** SHA-256 of the whole split, in hexadecimal: stages of another one are refused. */
  readonly model: string;
  /** Its tensors are the network's inputs, in their order; those of the first stage are the model's. */
  readonly incoming: MessageLayout;
  /** Its tensors are the network's outputs, in their order; those of the last stage are the model's. */
  readonly outgoing: MessageLayout;
  /** What is passed on as it is: bytes from an offset of the incoming message to one of the outgoing message. */
  readonly passed: readonly { readonly from: number; readonly to: number; readonly bytes: number }[];
  /** Where layers of this stage are trained, or gradients go through it. Then the last word of messages says what to learn (`training-words.ts`). */
  readonly training?: TrainingLayout;
}

/**
 * A hash as links want it.
 *
 * @param model 64 hexadecimal digits
 * @returns eight words, the first digits first
 * @throws RangeError for anything else
 */
export function modelWords(model: string): number[] {
  if (!/^[0-9a-f]{64}$/.test(model))
    throw new RangeError(`"${model}" is no SHA-256: 64 hexadecimal digits are`);
  const words: number[] = [];
  for (let at = 0; at < 64; at += 8) words.push(Number.parseInt(model.slice(at, at + 8), 16) | 0);
  return words;
}
