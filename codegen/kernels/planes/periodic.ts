/** Masks as expressions that take less flash than their digits: most repeat themselves, row by row and lane by lane. */
import { bitLength, literalText } from "./program.js";

/** Bits of a number whose digits are not worth an expression. */
const SHORT = 128;

/**
 * @param value at least 0
 * @param periods bits after which it may repeat itself
 * @returns its digits, or calls of `repeated` of runtime/lanes.ts
 */
export function expression(value: bigint, periods: readonly number[]): string {
  const length = bitLength(value);
  if (value < 0n || length <= SHORT) return literalText(value);
  const zeros = trailingZeros(value);
  if (zeros > 0) return `(${expression(value >> BigInt(zeros), periods)}) << ${zeros}n`;
  const period = periods.find((bits) => 2 * bits <= length && isPeriodic(value, length, bits));
  if (period === undefined) return literalText(value);
  const times = Math.ceil(length / period);
  const unit = value & ((1n << BigInt(period)) - 1n);
  const shorter = periods.filter((bits) => bits < period);
  const whole = `repeated(${expression(unit, shorter)}, ${period}n, ${times})`;
  const isWhole = bitLength(unit) <= length - (times - 1) * period;
  return isWhole ? whole : `${whole} & ((1n << ${length}n) - 1n)`;
}

function isPeriodic(value: bigint, length: number, bits: number): boolean {
  const rest = (1n << BigInt(length - bits)) - 1n;
  return ((value ^ (value >> BigInt(bits))) & rest) === 0n;
}

function trailingZeros(value: bigint): number {
  return bitLength(value & -value) - 1;
}
