/** The methods of `torch.nn.utils.prune`. */
import { refuse } from "../../problems/problem.js";
import { type Amount, checkAmount, countOf } from "./amount.js";
import type { Mask } from "./mask.js";
import type { StructuredMethod, UnstructuredMethod } from "./method.js";

/** Prunes nothing. */
export const identityMethod: UnstructuredMethod = {
  type: "unstructured",
  keep: (scores) => new Uint8Array(scores.length).fill(1),
};

/** @param next numbers from 0 to below 1 */
export function randomMethod(amount: Amount, next: () => number): UnstructuredMethod {
  checkAmount(amount);
  return {
    type: "unstructured",
    keep: (scores) => withoutLeast(scores.map(next), amount, "elements"),
  };
}

/** Prunes elements of the least magnitudes. */
export function l1Method(amount: Amount): UnstructuredMethod {
  checkAmount(amount);
  return {
    type: "unstructured",
    keep: (scores) => withoutLeast(scores.map(Math.abs), amount, "elements"),
  };
}

/** @param next numbers from 0 to below 1 */
export function randomChannelsMethod(amount: Amount, dim: number, next: () => number): StructuredMethod {
  checkAmount(amount);
  return {
    type: "structured",
    dim,
    keep: (channels) => withoutLeast(Float64Array.from(channels, next), amount, "channels"),
  };
}

/** Prunes channels of the least Ln norms. */
export function lnChannelsMethod(amount: Amount, n: number, dim: number): StructuredMethod {
  checkAmount(amount);
  if (Number.isNaN(n)) refuse("prune-norm", { n });
  return {
    type: "structured",
    dim,
    keep: (channels) =>
      withoutLeast(
        Float64Array.from(channels, (it) => norm(it, n)),
        amount,
        "channels",
      ),
  };
}

/** The Ln norm of a vector: of Infinity its greatest magnitude, of -Infinity its least, of 0 how many elements are not zero. */
export function norm(values: Float64Array, n: number): number {
  const magnitudes = values.map(Math.abs);
  if (n === Number.POSITIVE_INFINITY) return magnitudes.reduce((a, b) => Math.max(a, b), 0);
  if (n === Number.NEGATIVE_INFINITY)
    return magnitudes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (n === 0) return magnitudes.reduce((sum, value) => sum + +(value !== 0), 0);
  return magnitudes.reduce((sum, value) => sum + value ** n, 0) ** (1 / n);
}

/** All but an amount of those with the least scores; of equal ones the first go. */
export function withoutLeast(scores: Float64Array, amount: Amount, what: string): Mask {
  const mask = new Uint8Array(scores.length).fill(1);
  const ascending = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  for (const index of ascending.slice(0, countOf(amount, scores.length, what))) mask[index] = 0;
  return mask;
}
