/**
 * TFLM's fixed-point arithmetic in BigInt, written from gemmlowp's fixedpoint.h and TFLite's kernels/internal/common.cc
 * and quantization_util.cc, name by name, so that it reads side by side with them. Slow and meant to be: no code is
 * shared with what it checks.
 */

const INT32_MIN = -(1n << 31n);
const INT32_MAX = (1n << 31n) - 1n;

/** What a C++ int32 holds of x. */
export const int32 = (x: bigint): bigint => BigInt.asIntN(32, x);

/** What a C++ int16 holds of x. */
export const int16 = (x: bigint): bigint => BigInt.asIntN(16, x);

/** gemmlowp::SaturatingRoundingDoublingHighMul of two int`bits`; BigInt division truncates as C++'s does. */
export function saturatingRoundingDoublingHighMul(a: bigint, b: bigint, bits = 32n): bigint {
  const min = -(1n << (bits - 1n));
  if (a === b && a === min) return -min - 1n;
  const ab = a * b;
  const half = 1n << (bits - 2n);
  const nudge = ab >= 0n ? half : 1n - half;
  return (ab + nudge) / (1n << (bits - 1n));
}

/**
 * gemmlowp::RoundingDivideByPOT of an int`bits`: to the nearest, halves away from zero. Its mask is an int`bits` too, −1
 * for an int16 and an exponent of 16 and more.
 */
export function roundingDivideByPOT(x: bigint, exponent: bigint, bits = 32): bigint {
  if (exponent < 0n || exponent > 31n) throw new RangeError(`RoundingDivideByPOT by 2^${exponent}`);
  const mask = BigInt.asIntN(bits, (1n << exponent) - 1n);
  const remainder = x & mask;
  const threshold = (mask >> 1n) + (x < 0n ? 1n : 0n);
  return (x >> exponent) + (remainder > threshold ? 1n : 0n);
}

/** MultiplyByQuantizedMultiplier(int32, int32, int) with double rounding, as TFLM is built. */
export function multiplyByQuantizedMultiplier(x: bigint, { multiplier, shift }: QuantizedMultiplier): bigint {
  const leftShift = shift > 0n ? shift : 0n;
  const rightShift = shift > 0n ? 0n : -shift;
  const shifted = int32(x * (1n << leftShift));
  return roundingDivideByPOT(saturatingRoundingDoublingHighMul(shifted, multiplier), rightShift);
}

/** MultiplyByQuantizedMultiplier(int64, int32, int): a multiplier of 16 bits, and one rounding. */
export function multiplyByQuantizedMultiplier64(
  x: bigint,
  { multiplier, shift }: QuantizedMultiplier,
): bigint {
  const reducedMultiplier = multiplier < 0x7fff0000n ? (multiplier + (1n << 15n)) >> 16n : 0x7fffn;
  const totalShift = 15n - shift;
  return int32((x * reducedMultiplier + (1n << (totalShift - 1n))) >> totalShift);
}

export interface QuantizedMultiplier {
  readonly multiplier: bigint;
  readonly shift: bigint;
}

/** std::frexp, from the bits of the double: x = fraction · 2^exponent exactly, 2^52 ≤ |fraction| < 2^53. */
function decompose(x: number): { fraction: bigint; exponent: bigint } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const biased = (bits >> 52n) & 0x7ffn;
  let fraction = bits & ((1n << 52n) - 1n);
  let exponent = biased === 0n ? -1074n : biased - 1075n;
  if (biased !== 0n) fraction |= 1n << 52n;
  while (fraction !== 0n && fraction < 1n << 52n) {
    fraction <<= 1n;
    exponent -= 1n;
  }
  return { fraction: bits >> 63n ? -fraction : fraction, exponent };
}

/** QuantizeMultiplier of a double; its sign goes to the multiplier. */
export function quantizeMultiplier(real: number): QuantizedMultiplier {
  if (real === 0) return { multiplier: 0n, shift: 0n };
  const { fraction, exponent } = decompose(Math.abs(real));
  // frexp's mantissa is fraction / 2^53, so mantissa · 2^31 is fraction / 2^22; TfLiteRound takes halves away from zero.
  let fixed = (fraction + (1n << 21n)) >> 22n;
  let shift = exponent + 53n;
  if (fixed === 1n << 31n) {
    fixed /= 2n;
    shift += 1n;
  }
  if (shift < -31n) {
    shift = 0n;
    fixed = 0n;
  }
  return { multiplier: real < 0 ? -fixed : fixed, shift };
}

/** CalculateInputRadius: floor((2^integerBits − 1) · 2^(totalSignedBits − integerBits) / 2^leftShift). */
export function calculateInputRadius(
  integerBits: bigint,
  leftShift: bigint,
  totalSignedBits: bigint,
): bigint {
  const max = ((1n << integerBits) - 1n) << (totalSignedBits - integerBits);
  return leftShift >= 0n ? max >> leftShift : max << -leftShift;
}

/** DownScaleInt32ToInt16Multiplier. */
export function downScaleInt32ToInt16Multiplier(multiplier: bigint): bigint {
  const roundingOffset = 1n << 15n;
  if (multiplier >= INT32_MAX - roundingOffset) return (1n << 15n) - 1n;
  return (multiplier + roundingOffset) >> 16n;
}

/** CountLeadingZeros of a uint32. */
export function countLeadingZeros(x: bigint): bigint {
  return BigInt(32 - (x === 0n ? 0 : x.toString(2).length));
}

/* gemmlowp::FixedPoint<int32_t, integerBits> as raw values; comments give the integer bits, as in Q0 or Q5. */

/** FixedPoint multiplication: integer bits add up. */
const mul = (a: bigint, b: bigint): bigint => saturatingRoundingDoublingHighMul(a, b);

/** FixedPoint addition and subtraction of the same format: int32, wrapping. */
const add = (a: bigint, b: bigint): bigint => int32(a + b);
const sub = (a: bigint, b: bigint): bigint => int32(a - b);

/** SaturatingRoundingMultiplyByPOT<exponent>. */
function saturatingRoundingMultiplyByPOT(x: bigint, exponent: bigint): bigint {
  if (exponent < 0n) return roundingDivideByPOT(x, -exponent);
  const shifted = x << exponent;
  return shifted > INT32_MAX ? INT32_MAX : shifted < INT32_MIN ? INT32_MIN : shifted;
}

/** Rescale<to>(FixedPoint<int32_t, from>). */
export function rescale(x: bigint, from: bigint, to: bigint): bigint {
  return saturatingRoundingMultiplyByPOT(x, from - to);
}

/** RoundingHalfSum of int32. */
function roundingHalfSum(a: bigint, b: bigint): bigint {
  const sum = a + b;
  return (sum + (sum >= 0n ? 1n : -1n)) / 2n;
}

/** FixedPoint<int32_t, integerBits>::One(): saturated where there is no integer bit. */
const one = (integerBits: bigint): bigint => (integerBits === 0n ? INT32_MAX : 1n << (31n - integerBits));

/** Constants of gemmlowp's exponential, each with the real number whose Q0 it is (a test checks them). */
export const EXP_CONSTANTS: readonly (readonly [raw: bigint, real: number])[] = [
  [1895147668n, Math.exp(-1 / 8)],
  [715827883n, 1 / 3],
  [1672461947n, Math.exp(-1 / 4)],
  [1302514674n, Math.exp(-1 / 2)],
  [790015084n, Math.exp(-1)],
  [290630308n, Math.exp(-2)],
  [39332535n, Math.exp(-4)],
  [720401n, Math.exp(-8)],
  [242n, Math.exp(-16)],
];

/** exp_on_interval_between_negative_one_quarter_and_0_excl: Q0 → Q0. */
function expOnIntervalBetweenNegativeOneQuarterAndZero(a: bigint): bigint {
  const constantTerm = 1895147668n; // exp(−1/8)
  const constantOneOverThree = 715827883n;
  const x = add(a, 1n << 28n); // + 1/8
  const x2 = mul(x, x);
  const x3 = mul(x2, x);
  const x4 = mul(x2, x2);
  const x4Over4 = saturatingRoundingMultiplyByPOT(x4, -2n);
  const x4Over24PlusX3Over6PlusX2Over2 = saturatingRoundingMultiplyByPOT(
    add(mul(add(x4Over4, x3), constantOneOverThree), x2),
    -1n,
  );
  return add(constantTerm, mul(constantTerm, add(x, x4Over24PlusX3Over6PlusX2Over2)));
}

/** exp_on_negative_values of Q`integerBits`, integerBits ≤ 5: → Q0. */
export function expOnNegativeValues(a: bigint, integerBits: bigint): bigint {
  const fractionalBits = 31n - integerBits;
  const oneQuarter = 1n << (fractionalBits - 2n);
  const mask = oneQuarter - 1n;
  const aModQuarterMinusOneQuarter = (a & mask) - oneQuarter;
  let result = expOnIntervalBetweenNegativeOneQuarterAndZero(
    rescale(aModQuarterMinusOneQuarter, integerBits, 0n),
  );
  const remainder = sub(aModQuarterMinusOneQuarter, a);
  const barrelShifter = (exponent: bigint, multiplier: bigint): void => {
    if (integerBits <= exponent) return;
    if (remainder & (1n << (fractionalBits + exponent))) result = mul(result, multiplier);
  };
  barrelShifter(-2n, 1672461947n); // exp(−1/4)
  barrelShifter(-1n, 1302514674n); // exp(−1/2)
  barrelShifter(0n, 790015084n); // exp(−1)
  barrelShifter(1n, 290630308n); // exp(−2)
  barrelShifter(2n, 39332535n); // exp(−4)
  barrelShifter(3n, 720401n); // exp(−8)
  barrelShifter(4n, 242n); // exp(−16)
  return a === 0n ? one(0n) : result;
}

/** The Newton-Raphson division that the two functions below share: 2 / (1 + a) as Q2 for a Q0 in [0, 1]. */
function twoOverOnePlusX(a: bigint): bigint {
  const halfDenominator = roundingHalfSum(a, one(0n)); // Q0
  const constant48Over17 = 1515870810n; // Q2
  const constantNeg32Over17 = -1010580540n; // Q2
  let x = add(constant48Over17, mul(halfDenominator, constantNeg32Over17));
  for (let i = 0; i < 3; i++) {
    const halfDenominatorTimesX = mul(halfDenominator, x); // Q2
    const oneMinusHalfDenominatorTimesX = sub(one(2n), halfDenominatorTimesX); // Q2
    x = add(x, rescale(mul(x, oneMinusHalfDenominatorTimesX), 4n, 2n));
  }
  return x;
}

/** one_over_one_plus_x_for_x_in_0_1: Q0 → Q0. */
function oneOverOnePlusX(a: bigint): bigint {
  return rescale(twoOverOnePlusX(a), 1n, 0n); // ExactMulByPot<-1> reads the Q2 as Q1
}

/** one_minus_x_over_one_plus_x_for_x_in_0_1: Q0 → Q0. */
function oneMinusXOverOnePlusX(a: bigint): bigint {
  return rescale(sub(twoOverOnePlusX(a), one(2n)), 2n, 0n);
}

/** gemmlowp::tanh of Q`integerBits`: → Q0. */
export function tanh(a: bigint, integerBits: bigint): bigint {
  if (a === 0n) return 0n;
  const negative = a < 0n;
  const n = negative ? a : -a;
  const t = oneMinusXOverOnePlusX(expOnNegativeValues(n, integerBits + 1n)); // −tanh(n); ExactMulByPot<1>
  return negative ? -t : t;
}

/** gemmlowp::logistic of Q`integerBits`: → Q0. */
export function logistic(a: bigint, integerBits: bigint): bigint {
  if (a === 0n) return 1n << 30n;
  const resultIfPositive = oneOverOnePlusX(expOnNegativeValues(a > 0n ? -a : a, integerBits));
  return a > 0n ? resultIfPositive : sub(one(0n), resultIfPositive);
}

/** GetReciprocal: 1 / x of an int32 with integer digits as Q0 mantissa and exponent. */
export function getReciprocal(x: bigint, integerDigits: bigint): { scale: bigint; bitsOverUnit: bigint } {
  const headroomPlusOne = countLeadingZeros(x);
  const shiftedSumMinusOne = int32(BigInt.asUintN(32, x << headroomPlusOne) - (1n << 31n));
  return { scale: oneOverOnePlusX(shiftedSumMinusOne), bitsOverUnit: integerDigits - headroomPlusOne };
}
