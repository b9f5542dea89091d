/*
 * Under XS a division and Math.min leave a double even where the result is whole, and whatever is computed from it is a
 * double too: dear on a chip without a floating-point unit. These leave integers.
 */

/** a / b, rounded towards zero. */
export function quotient(a: number, b: number): number {
  return (a / b) | 0;
}

/** The lesser of two integers. */
export function lesser(a: number, b: number): number {
  return a < b ? a : b;
}

/** The greater of two integers. */
export function greater(a: number, b: number): number {
  return a > b ? a : b;
}
