/**
 * Numbers of messages go on without end, and frames have 31 bits of them: what is meant is the number nearest to one that is
 * known.
 */

const MASK = 0x7fffffff;

/** A number as frames have it. */
export function lowBits(number: number): number {
  return number < 0 ? number : number & MASK;
}

/** The number that is meant; -1, for none, stays. @param known one that is near; -1 where there is none: then it is low */
export function nearest(low: number, known: number): number {
  return low < 0 || known < 0 ? low : known + (((low - (known & MASK)) << 1) >> 1);
}
