/** Integers as int8 codes times one step, which is an integer too: both sides come to the same values. */

/** No value is greater in magnitude, so that codes times a step stay within 32 bits. */
export const MOST_VALUE = 2 ** 30;

/** The greatest step: that of `MOST_VALUE`. */
export const MOST_STEP = Math.ceil(MOST_VALUE / 127);

/** The least step with which all of the values have codes from −127 to 127. */
export function stepOf(values: Int32Array): number {
  const { length } = values;
  let most = 127;
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (value > most) most = value;
    else if (-value > most) most = -value;
  }
  return Math.ceil(most / 127);
}

/** The nearest multiples of a step, as their codes; halves go away from zero. */
export function codesOf(values: Int32Array, step: number): Int8Array<ArrayBuffer> {
  const { length } = values;
  const codes = new Int8Array(length);
  const half = step >> 1;
  for (let i = 0; i < length; i++) {
    const value = values[i];
    codes[i] = value < 0 ? -(((half - value) / step) | 0) : ((value + half) / step) | 0;
  }
  return codes;
}

/** What codes stand for. */
export function valuesOf(codes: Int8Array, step: number): Int32Array<ArrayBuffer> {
  const { length } = codes;
  const values = new Int32Array(length);
  for (let i = 0; i < length; i++) values[i] = codes[i] * step;
  return values;
}
