/** Lehmer's generator: a stream of bytes that is the same at every run. */
export function randomBytes(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return (state >> 8) & 255;
  };
}
