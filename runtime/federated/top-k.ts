/** The elements of greatest magnitude: "top-k" of Lin et al., "Deep Gradient Compression", 2018, exact and not sampled. */

/**
 * Indexes of the `k` elements of greatest magnitude, ascending; of several of the same magnitude the first. Zeros are left out,
 * so that there may be fewer. Elements are greater than −2^31.
 */
export function topIndexes(values: Int32Array, k: number): Int32Array<ArrayBuffer> {
  const { length } = values;
  const { least, ties } = threshold(values, k);
  const indexes = new Int32Array(Math.min(k, length));
  let found = 0;
  let left = ties;
  for (let i = 0; i < length; i++) {
    const value = values[i];
    const magnitude = value < 0 ? -value : value;
    if (magnitude < least || magnitude === 0) continue;
    if (magnitude === least && left-- <= 0) continue;
    indexes[found++] = i;
  }
  return indexes.slice(0, found);
}

/** The k-th greatest magnitude, and how many that are equal to it are among the k greatest. */
function threshold(values: Int32Array, k: number): { least: number; ties: number } {
  const { length } = values;
  if (k >= length) return { least: 0, ties: length };
  const sorted = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const value = values[i];
    sorted[i] = value < 0 ? -value : value;
  }
  sorted.sort(); // natively, by value
  const least = sorted[length - k];
  let ties = 0;
  for (let i = length - k; i < length && sorted[i] === least; i++) ties++;
  return { least, ties };
}
