/** Elements of a tensor: all of them in order, or some by index. */
export interface Entries {
  /** Ascending indexes; undefined where `values` are all elements. */
  readonly indexes: Int32Array | undefined;
  readonly values: Int32Array;
}

const MOST = 2 ** 31 - 1;

function saturated(value: number): number {
  return value > MOST ? MOST : value < -MOST ? -MOST : value;
}

/** tensor += entries, saturating at ±(2^31 − 1): every board comes to the same bits. */
export function addEntries(tensor: Int32Array, { indexes, values }: Entries): void {
  const { length } = values;
  if (indexes)
    for (let j = 0; j < length; j++) {
      const i = indexes[j];
      tensor[i] = saturated(tensor[i] + values[j]);
    }
  else for (let i = 0; i < length; i++) tensor[i] = saturated(tensor[i] + values[i]);
}
