/** What integer types hold. */

export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

export const INT8: IntegerRange = { min: -128, max: 127 };
export const UINT8: IntegerRange = { min: 0, max: 255 };
export const INT16: IntegerRange = { min: -32768, max: 32767 };
export const INT32: IntegerRange = { min: -(2 ** 31), max: 2 ** 31 - 1 };
