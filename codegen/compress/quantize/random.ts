/** Numbers from 0 to below 1 by Lehmer's generator (MINSTD), always the same for the same seed. */
export function random(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return (state - 1) / 2147483646;
  };
}
