/* Which taps of a filter's row or column lie on the input, along one dimension. */
import { lesser, quotient } from "./integer.js";

/** The first tap k at or after the start of the input: origin + k · dilation ≥ 0. */
export function firstTap(origin: number, dilation: number): number {
  return origin < 0 ? quotient(dilation - 1 - origin, dilation) : 0;
}

/** The tap after the last one, of `taps`, before the end of the input: origin + k · dilation < size. */
export function endTap(origin: number, dilation: number, size: number, taps: number): number {
  return lesser(taps, quotient(size - origin + dilation - 1, dilation));
}
