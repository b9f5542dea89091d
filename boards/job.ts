import type { Job } from "./engine.js";

/** The bytes of a job, part by part, as `guest/protocol.ts` lays them out. */
export function* encodeJob({ vectors, trace = [], labels }: Job): Generator<Uint8Array> {
  yield words(vectors.length, trace.length, labels ? 1 : 0);
  for (const { id, layer, offset, length } of trace.toSorted((a, b) => a.layer - b.layer))
    yield words(id, layer, offset, length);
  for (const [vector, steps] of vectors.entries()) {
    yield words(steps.length);
    for (const inputs of steps) {
      yield words(inputs.length);
      yield inputs;
    }
    if (labels) yield words(labels[vector] ?? -1);
  }
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeInt32LE(value, 4 * i);
  return bytes;
}
