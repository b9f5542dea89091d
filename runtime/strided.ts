/** Nested loops over memory as lists: `sizes` and, for each array that is walked, `strides`, innermost loop first. */
import { quotient } from "./integer.js";

/**
 * The offset that iteration `index` of such loops reaches.
 *
 * @param index 0 ≤ index < the product of all sizes; the innermost loop counts fastest
 * @param strides in elements, one a loop
 */
export function stridedOffset(index: number, sizes: readonly number[], strides: readonly number[]): number {
  let offset = 0;
  let rest = index;
  for (let i = 0; i < sizes.length; i++) {
    const size = sizes[i];
    const digit = rest % size;
    offset += digit * strides[i];
    rest = quotient(rest, size);
  }
  return offset;
}
