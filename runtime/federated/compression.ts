/** How much of a difference is sent. What is left out is not lost: see feedback.ts. */
export interface Compression {
  /** Bits of a value: 8, with a step for each tensor, or 32, exact. */
  readonly bits: 8 | 32;
  /** How many of a thousand elements of a tensor are sent, those of greatest magnitude; 1000 for all. */
  readonly permille: number;
}

export const EXACT: Compression = Object.freeze({ bits: 32, permille: 1000 });

/** Whether everything is sent as it is. */
export function isExact({ bits, permille }: Compression): boolean {
  return bits === 32 && permille === 1000;
}

/** How many elements of a tensor are sent, one at least. */
export function keptOf(length: number, { permille }: Compression): number {
  return Math.max(1, Math.trunc((length * permille + 500) / 1000));
}
