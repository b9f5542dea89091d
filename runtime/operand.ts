import type { Memory } from "./layer.js";

/*
 * An operand may be computed or constant. Its place is one number: an offset in the arena, or, below zero,
 * −1 − (offset in weights.bin).
 */

/** The array in which an operand at `place` lies. */
export function operandData(memory: Memory, place: number): Int8Array {
  return place < 0 ? memory.weights8 : memory.int8;
}

/** Its offset in that array, in bytes. */
export function operandOffset(place: number): number {
  return place < 0 ? -1 - place : place;
}
