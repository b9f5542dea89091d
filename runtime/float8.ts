/**
 * 8-bit floats as the OCP 8-bit Floating Point Specification (OFP8) 1.0 has them. A format is named by its bits of mantissa: 3 is
 * E4M3, 2 is E5M2, and 0 stands for int8. Values are integers in units of a format's smallest subnormal: 2^-9 of E4M3, 2^-16 of E5M2.
 */

/** The value of each code, 0 to 255; codes of infinities and NaN, which never occur, go on as finite ones. */
function float8Values(mantissaBits: number): readonly number[] {
  const values: number[] = [];
  const ones = 1 << mantissaBits;
  for (let code = 0; code < 256; code++) {
    const exponent = (code & 127) >> mantissaBits;
    const mantissa = code & (ones - 1);
    const magnitude = exponent === 0 ? mantissa : (ones + mantissa) * 2 ** (exponent - 1);
    values.push(code < 128 ? magnitude : 0 - magnitude);
  }
  return values;
}

function int8Values(): readonly number[] {
  const values: number[] = [];
  for (let code = 0; code < 256; code++) values.push((code << 24) >> 24);
  return values;
}

/** Plain arrays: in flash on a board, and read at half the cost of typed ones. */
const INT8 = int8Values();
const E4M3 = float8Values(3);
const E5M2 = float8Values(2);

/** The integer that each byte, 0 to 255, stands for. */
export function valuesOf(mantissaBits: number): readonly number[] {
  return mantissaBits === 3 ? E4M3 : mantissaBits === 2 ? E5M2 : INT8;
}

/** The greatest finite value: 448 of E4M3, 57,344 of E5M2. */
export function greatestFloat8(mantissaBits: number): number {
  return mantissaBits === 3 ? 229376 : 3758096384;
}

/**
 * The nearest code, as an int8: ties go to the even mantissa, what is too large becomes the greatest value, and what rounds to 0
 * becomes +0. NaN becomes +0.
 *
 * @param value in units of the smallest subnormal
 * @param mantissaBits 3 or 2
 */
export function encodeFloat8(value: number, mantissaBits: number): number {
  const greatest = greatestFloat8(mantissaBits);
  let magnitude = value < 0 ? 0 - value : value;
  if (magnitude > greatest) magnitude = greatest;
  let exponent = 31 - mantissaBits - Math.clz32(magnitude);
  if (exponent < 0) exponent = 0;
  const scaled = magnitude / (1 << exponent); // exact, and below 2^(mantissaBits + 1)
  let whole = scaled | 0;
  const rest = scaled - whole;
  if (rest > 0.5 || (rest === 0.5 && (whole & 1) === 1)) whole++;
  if (whole === 0) return 0;
  const code = (exponent << mantissaBits) + whole; // where `whole` is 2^(mantissaBits + 1), the next exponent's first
  return value < 0 ? code - 128 : code;
}

/**
 * A value as an element of a format: an 8-bit float, or an int8, where halves are rounded away from zero.
 *
 * @param value in units of the format, within the range of an int32 where the format is int8
 */
export function roundTo(value: number, mantissaBits: number): number {
  if (mantissaBits !== 0) return encodeFloat8(value, mantissaBits);
  const whole = value | 0;
  const rest = value - whole;
  return whole + (rest >= 0.5 ? 1 : rest <= -0.5 ? -1 : 0);
}

/** value / 2^exponent, exactly. @param exponent 0 and above */
export function divideByPowerOfTwo(value: number, exponent: number): number {
  let quotient = value;
  let rest = exponent;
  for (; rest > 30; rest -= 30) quotient /= 0x40000000;
  return quotient / (1 << rest);
}
