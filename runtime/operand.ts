/*
 * An operand may be computed or constant. Its place is one number: an offset in the arena, or, below zero,
 * −1 − (offset in weights.bin).
 */

/** The array in which an operand at `place` lies. */
export function operandData<T>(place: number, arena: T, weights: T): T {
  return place < 0 ? weights : arena;
}

/** Its offset in that array. */
export function operandOffset(place: number): number {
  return place < 0 ? -1 - place : place;
}
