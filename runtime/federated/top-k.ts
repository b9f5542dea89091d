/** The elements of greatest magnitude: "top-k" of Lin et al., "Deep Gradient Compression", 2018, exact and not sampled. */

/**
 * Indexes of the `k` elements of greatest magnitude, ascending; of several of the same magnitude the first. Zeros are left out,
 * so that there may be fewer. Elements are greater than −2^31.
 */
export function topIndexes(values: Int32Array, k: number): Int32Array<ArrayBuffer> {
  const { length } = values;
  const magnitudes = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const value = values[i];
    magnitudes[i] = value < 0 ? -value : value;
  }
  const { least, ties } = threshold(magnitudes, k);
  const indexes = new Int32Array(Math.min(k, length));
  let found = 0;
  let left = ties;
  for (let i = 0; i < length; i++) {
    const magnitude = magnitudes[i];
    if (magnitude < least || magnitude === 0) continue;
    if (magnitude === least && left-- <= 0) continue;
    indexes[found++] = i;
  }
  return indexes.slice(0, found);
}

/** The k-th greatest, and how many that are equal to it are among the k greatest. */
function threshold(magnitudes: Int32Array, k: number): { least: number; ties: number } {
  const { length } = magnitudes;
  if (k >= length) return { least: 0, ties: length };
  const sorted = magnitudes.slice().sort(); // natively, by value
  const least = sorted[length - k];
  let ties = 0;
  for (let i = length - k; i < length && sorted[i] === least; i++) ties++;
  return { least, ties };
}
