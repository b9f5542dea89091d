/** Learning curves. */
import type { Scores } from "./scores.js";

export interface Epoch {
  /** From 1 on. */
  readonly epoch: number;
  /** The mean over the epoch's batches. */
  readonly loss: number;
  /** Of the validation data, where there is any. */
  readonly validation: Scores | undefined;
}

/** What a checkpoint keeps of curves: three numbers an epoch, NaN for those that are not known. */
export function encodeHistory(epochs: readonly Epoch[]): Float64Array {
  return Float64Array.from(
    epochs.flatMap(({ loss, validation }) => [
      loss,
      validation?.loss ?? Number.NaN,
      validation?.accuracy ?? Number.NaN,
    ]),
  );
}

export function decodeHistory(numbers: Float64Array): Epoch[] {
  return Array.from({ length: numbers.length / 3 }, (_, i) => {
    const [loss, other, accuracy] = numbers.subarray(3 * i, 3 * i + 3);
    const known = Number.isNaN(accuracy) ? undefined : accuracy;
    return {
      epoch: i + 1,
      loss,
      validation: Number.isNaN(other) ? undefined : { loss: other, accuracy: known },
    };
  });
}
