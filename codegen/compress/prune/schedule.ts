/** Sparsities that grow while a model is trained. */
import { refuse } from "../../problems/problem.js";
import type { Amount } from "./amount.js";
import { keptCount, type Mask } from "./mask.js";

export interface Schedule {
  /** The share of a parameter that is to be zero at a training step. */
  sparsity(step: number): number;
  /** Whether masks are computed anew at a step. */
  prunes(step: number): boolean;
}

/** When masks change: from `begin` to `end`, every so many steps. */
interface Steps {
  readonly begin: number;
  /** The last step at which masks change. */
  readonly end: number;
  /** 100 where not given, as in tensorflow-model-optimization. */
  readonly frequency?: number;
}

export interface PolynomialDecay extends Steps {
  readonly initial: number;
  readonly final: number;
  /** 3 where not given. */
  readonly power?: number;
}

/**
 * Fast at first, then slower and slower: final + (initial − final) · (1 − (step − begin) / (end − begin))^power (Zhu & Gupta
 * 2017, arXiv:1710.01878; `PolynomialDecay` of tensorflow-model-optimization). Before `begin` nothing is pruned.
 *
 * @throws Refusal `prune-schedule`
 */
export function polynomialDecay({
  initial,
  final,
  begin,
  end,
  frequency = 100,
  power = 3,
}: PolynomialDecay): Schedule {
  checkSparsity(initial);
  checkSparsity(final);
  checkSteps(begin, end, frequency);
  if (!(power > 0)) refuse("prune-schedule", { why: `the power is ${power}` });
  return {
    sparsity(step) {
      if (step < begin) return 0;
      const share = Math.min(1, (step - begin) / (end - begin));
      return final + (initial - final) * (1 - share) ** power;
    },
    prunes: (step) => isTurn(step, begin, end, frequency),
  };
}

/**
 * The same from `begin` on (`ConstantSparsity` of tensorflow-model-optimization).
 *
 * @throws Refusal `prune-schedule`
 */
export function constantSparsity(
  sparsity: number,
  { begin, end = Number.POSITIVE_INFINITY, frequency = 100 }: Omit<Steps, "end"> & { readonly end?: number },
): Schedule {
  checkSparsity(sparsity);
  checkSteps(begin, end, frequency);
  return {
    sparsity: (step) => (step < begin ? 0 : sparsity),
    prunes: (step) => isTurn(step, begin, end, frequency),
  };
}

/** How much more to prune so that a share of a mask is zero; nothing where it is already. */
export function amountTowards(sparsity: number, mask: Mask): Amount {
  const pruned = mask.length - keptCount(mask);
  return { count: Math.max(0, Math.round(sparsity * mask.length) - pruned) };
}

function isTurn(step: number, begin: number, end: number, frequency: number): boolean {
  return step >= begin && step <= end && (step - begin) % frequency === 0;
}

function checkSparsity(sparsity: number): void {
  if (!(sparsity >= 0 && sparsity < 1)) refuse("prune-schedule", { why: `a sparsity is ${sparsity}` });
}

function checkSteps(begin: number, end: number, frequency: number): void {
  if (!Number.isSafeInteger(begin) || begin < 0)
    refuse("prune-schedule", { why: `it begins at step ${begin}` });
  if (!(end > begin)) refuse("prune-schedule", { why: `it ends at step ${end} and begins at ${begin}` });
  if (!Number.isSafeInteger(frequency) || frequency < 1)
    refuse("prune-schedule", { why: `masks change every ${frequency} steps` });
}
