import type { Digit } from "./data.js";

/** How many digits were given their own label, for people. */
export function accuracy(digits: readonly Digit[], given: readonly number[]): string {
  const right = digits.filter(({ label }, i) => given[i] === label).length;
  return `${right} of ${digits.length} (${((100 * right) / digits.length).toFixed(2)} %)`;
}
