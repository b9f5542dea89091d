import { AT_INPUTS, AT_OUTPUTS, AT_STEPS, AT_VECTORS, AT_WEIGHTS, payloadBytes } from "./header.js";
import type { Slot } from "./slot.js";

/** What the self-test needs of a model: a `Network` has it. */
export interface TestedModel {
  readonly inputs: readonly { readonly data: Elements }[];
  readonly outputs: readonly { readonly data: Elements }[];
  reset(): void;
  run(): unknown;
}

type Elements = Pick<Uint8Array, "buffer" | "byteOffset" | "byteLength">;

/**
 * Runs a model on the vectors that came with its weights and compares every byte of every output.
 *
 * @returns whether all are right, and there is one at least
 */
export function passes(slot: Slot, model: TestedModel): boolean {
  const { words, capacity } = slot;
  if (payloadBytes(words) > capacity || words[AT_VECTORS] === 0) return false;
  const inputs = bytesOf(model.inputs);
  const outputs = bytesOf(model.outputs);
  if (words[AT_INPUTS] !== total(inputs) || words[AT_OUTPUTS] !== total(outputs)) return false;
  let at = words[AT_WEIGHTS];
  for (let vector = 0; vector < words[AT_VECTORS]; vector++) {
    model.reset();
    for (let step = 0; step < words[AT_STEPS]; step++) {
      for (let i = 0; i < inputs.length; i++) {
        inputs[i].set(slot.payload(at, inputs[i].length));
        at += inputs[i].length;
      }
      model.run();
      for (let i = 0; i < outputs.length; i++) {
        if (!isSame(outputs[i], slot.payload(at, outputs[i].length))) return false;
        at += outputs[i].length;
      }
    }
  }
  return true;
}

function bytesOf(tensors: TestedModel["inputs"]): Uint8Array[] {
  return tensors.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function total(parts: readonly Uint8Array[]): number {
  let length = 0;
  for (let i = 0; i < parts.length; i++) length += parts[i].length;
  return length;
}

function isSame(found: Uint8Array, expected: Uint8Array): boolean {
  for (let i = 0; i < found.length; i++) if (found[i] !== expected[i]) return false;
  return true;
}
