import type { Job } from "./engine.js";

/** The bytes of a job, part by part, as `guest/protocol.ts` lays them out. */
export function* encodeJob({ vectors, trace = [] }: Job): Generator<Uint8Array> {
  yield words(vectors.length, trace.length);
  for (const { id, layer, offset, length } of trace.toSorted((a, b) => a.layer - b.layer))
    yield words(id, layer, offset, length);
  for (const steps of vectors) {
    yield words(steps.length);
    for (const inputs of steps) {
      yield words(inputs.length);
      yield inputs;
    }
  }
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeInt32LE(value, 4 * i);
  return bytes;
}
