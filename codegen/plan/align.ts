/** Everything in the arena and in `weights.bin` starts at a multiple of this, so that int32 views reach it. */
const ALIGNMENT = 4;

/** The next aligned offset at or after `offset`. */
export function align(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
