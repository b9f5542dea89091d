/** Updates as files: the header of `runtime/store/header.ts`, `weights.bin`, and the vectors of a self-test; signed. */
import { createHash, type KeyObject, sign } from "node:crypto";
import {
  AT_COUNTER,
  AT_DIGEST,
  AT_INPUTS,
  AT_MAGIC,
  AT_OUTPUTS,
  AT_RUNTIME,
  AT_STEPS,
  AT_STRUCTURE,
  AT_VECTORS,
  AT_WEIGHTS,
  HEADER_BYTES,
  MAGIC,
  RUNTIME,
  SIGNED_BYTES,
} from "../../runtime/store/header.js";
import { AT_VERIFIED } from "../../runtime/store/slot.js";

/** A run from reset(): for each step the bytes of all inputs, and those of all outputs that must follow. */
export interface TestVector {
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

export interface UpdateContent {
  /** SHA-256 of all that is baked into the model's code: `structure` in `plan.json`, 64 hexadecimal digits. */
  readonly structure: string;
  readonly weights: Uint8Array;
  /** 1 to 2^31 − 1; a board takes only what is newer than what it has. */
  readonly counter: number;
  /** At least one; all of as many steps, and steps of as many bytes. */
  readonly vectors: readonly TestVector[];
  /** The least runtime that computes these weights as they are meant; if not given, this one. */
  readonly runtime?: number;
}

/** The greatest version counter. */
export const MAX_COUNTER = 2 ** 31 - 1;

/** An update, signed with an Ed25519 key. */
export function packUpdate(content: UpdateContent, privateKey: KeyObject): Uint8Array {
  const { structure, weights, counter, vectors, runtime = RUNTIME } = content;
  const [{ inputs, outputs }] = vectors;
  const payload = Buffer.concat([weights, ...vectors.flatMap(interleaved)]);
  const header = Buffer.alloc(HEADER_BYTES);
  const put = (word: number, value: number) => header.writeInt32LE(value, 4 * word);
  put(AT_MAGIC, MAGIC);
  put(AT_COUNTER, counter);
  header.set(Buffer.from(structure, "hex"), 4 * AT_STRUCTURE);
  put(AT_WEIGHTS, weights.length);
  put(AT_VECTORS, vectors.length);
  put(AT_STEPS, inputs.length);
  put(AT_INPUTS, inputs[0].length);
  put(AT_OUTPUTS, outputs[0].length);
  put(AT_RUNTIME, runtime);
  header.set(createHash("sha256").update(payload).digest(), 4 * AT_DIGEST);
  header.set(sign(null, header.subarray(0, SIGNED_BYTES), privateKey), SIGNED_BYTES);
  return new Uint8Array(Buffer.concat([header, payload]));
}

function interleaved({ inputs, outputs }: TestVector): Uint8Array[] {
  return inputs.flatMap((input, step) => [input, outputs[step]]);
}

/**
 * What a slot holds once a board has taken an update: for factories, that write it with the application. The model in it is on
 * trial, as after an update.
 *
 * @param update what `packUpdate` made
 * @param blockBytes of the board's flash
 */
export function slotImage(update: Uint8Array, blockBytes = 4096): Uint8Array {
  const image = new Uint8Array(blockBytes + update.length - HEADER_BYTES).fill(255, 0, blockBytes);
  image.set(update.subarray(0, HEADER_BYTES));
  image.fill(0, 4 * AT_VERIFIED, 4 * AT_VERIFIED + 4);
  image.set(update.subarray(HEADER_BYTES), blockBytes);
  return image;
}
