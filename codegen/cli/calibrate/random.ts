/** So many bytes by Lehmer's generator, always the same for the same seed. */
export function randomBytes(count: number, seed = 1): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return (state >> 8) & 255;
  });
}

export function randomInt8s(count: number): number[] {
  return randomBytes(count).map((byte) => byte - 128);
}
