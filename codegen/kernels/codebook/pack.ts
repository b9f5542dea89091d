/** Weights as indexes into the list of their values, as runtime/codebook.ts reads them. */

/** Beyond so many bits an index takes as much as a byte: there are 5 of 6 bits in a word, and 4 of 7. */
const MOST_BITS = 6;

export interface Codebook {
  /** In order. */
  readonly values: Int8Array;
  readonly indexBits: number;
  /** Words of indexes: `filterWords` for each filter. */
  readonly words: Int32Array;
  readonly filterWords: number;
}

/**
 * @param weights filter after filter
 * @returns undefined where there are too many values, or bytes take no more
 */
export function codebookOf(weights: Int8Array, filters: number): Codebook | undefined {
  const values = Int8Array.from(new Set(weights)).sort();
  const indexBits = Math.max(1, Math.ceil(Math.log2(values.length)));
  if (indexBits > MOST_BITS) return undefined;
  const perWord = Math.floor(32 / indexBits);
  const length = weights.length / filters;
  const filterWords = Math.ceil(length / perWord);
  const words = new Int32Array(filters * filterWords);
  if (words.byteLength + values.length >= weights.length) return undefined;
  const places = new Map(Array.from(values, (value, index) => [value, index]));
  weights.forEach((weight, i) => {
    const [filter, at] = [Math.floor(i / length), i % length];
    words[filter * filterWords + Math.floor(at / perWord)] |=
      places.get(weight)! << (indexBits * (at % perWord));
  });
  return { values, indexBits, words, filterWords };
}
