import { refuse } from "../../problems/problem.js";

/**
 * How much to prune of what is not pruned yet: a part of it, from 0 to 1, or so many. (In Python 1 and 1.0 tell the two apart;
 * in JavaScript they are the same.)
 */
export type Amount = { readonly fraction: number } | { readonly count: number };

/** @throws Refusal `prune-amount` for fractions outside 0 to 1 and counts that are no whole numbers or negative */
export function checkAmount(amount: Amount): void {
  const isRight =
    "count" in amount
      ? Number.isSafeInteger(amount.count) && amount.count >= 0
      : amount.fraction >= 0 && amount.fraction <= 1;
  if (!isRight) refuse("prune-amount", { amount: amountText(amount) });
}

/**
 * How many of `left` an amount is. Fractions are rounded as Python's round() does it, halves to even.
 *
 * @param what names what is counted, in refusals
 * @throws Refusal `prune-amount`, and `prune-amount-too-large` for counts of more than there are
 */
export function countOf(amount: Amount, left: number, what: string): number {
  checkAmount(amount);
  if ("fraction" in amount) return roundHalfEven(amount.fraction * left);
  const { count } = amount;
  return count <= left ? count : refuse("prune-amount-too-large", { count, left, what });
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

function amountText(amount: Amount): string {
  return "count" in amount ? `a count of ${amount.count}` : `a fraction of ${amount.fraction}`;
}
