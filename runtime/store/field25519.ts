/**
 * The field of 2^255 − 19 elements in BigInts. An element is any number that is not negative and has at most 257 bits: of
 * those that stand for the same element `canonical` takes the least.
 */

export const P = 2n ** 255n - 19n;

/** A multiple of P that is greater than any element: added before a subtraction it keeps differences positive. */
export const MULTIPLE = 8n * P;

const LOW = 2n ** 256n - 1n;

/** The product of two numbers of 260 bits at most, folded twice: 2^256 is 38. */
export function multiply(a: bigint, b: bigint): bigint {
  const product = a * b;
  const folded = (product & LOW) + (product >> 256n) * 38n;
  return (folded & LOW) + (folded >> 256n) * 38n;
}

export function canonical(a: bigint): bigint {
  return a % P;
}

/** a to the power of 2^n. */
function squared(a: bigint, n: number): bigint {
  for (let i = 0; i < n; i++) a = multiply(a, a);
  return a;
}

/** a to the powers of 2^250 − 1 and of 11. */
function chain(a: bigint): { readonly ones: bigint; readonly eleven: bigint } {
  const nine = multiply(a, squared(a, 3));
  const eleven = multiply(nine, squared(a, 1));
  const ones5 = multiply(nine, squared(eleven, 1));
  const ones10 = multiply(ones5, squared(ones5, 5));
  const ones20 = multiply(ones10, squared(ones10, 10));
  const ones40 = multiply(ones20, squared(ones20, 20));
  const ones50 = multiply(ones10, squared(ones40, 10));
  const ones100 = multiply(ones50, squared(ones50, 50));
  const ones200 = multiply(ones100, squared(ones100, 100));
  return { ones: multiply(ones50, squared(ones200, 50)), eleven };
}

/** a to the power of P − 2: the inverse; 0 for 0. */
export function inverse(a: bigint): bigint {
  const { ones, eleven } = chain(a);
  return multiply(eleven, squared(ones, 5));
}

/** a to the power of (P − 5) / 8, from which square roots follow. */
export function rootPower(a: bigint): bigint {
  return multiply(a, squared(chain(a).ones, 2));
}
