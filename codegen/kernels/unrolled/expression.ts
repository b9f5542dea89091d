/** Sums of weights times local variables, as one expression each. */

/** A local variable that holds an activation: the element + 128, so that it is never negative. */
export interface Value {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

export interface Term {
  readonly weight: number;
  readonly value: Value;
}

/** The least and the greatest value of a sum of terms, and with it of every part of that sum. */
export function rangeOf(terms: readonly Term[]): { readonly min: number; readonly max: number } {
  let min = 0;
  let max = 0;
  for (const { weight, value } of terms) {
    min += Math.min(0, weight * value.min, weight * value.max);
    max += Math.max(0, weight * value.min, weight * value.max);
  }
  return { min, max };
}

/**
 * start + Σ weight · value, where `start` is a number or a variable's name. Values of the same |weight| are added before they are multiplied; weights 1 and −1 multiply
 * nothing. No factor is written with a minus of its own, as 0 · −3 is a double where XS has the minus zero.
 */
export function sumText(start: number | string, terms: readonly Term[]): string {
  const factors = [...byMagnitude(terms)].flatMap(([magnitude, members]) =>
    magnitude === 1 ? members.map((term) => factor(1, [term])) : [factor(magnitude, members)],
  );
  factors.sort((a, b) => Number(a.isNegative) - Number(b.isNegative));
  const first = start !== 0 || (factors[0]?.isNegative ?? true) ? [`${start}`] : [];
  return [...first, ...factors.map(({ isNegative, text }) => `${isNegative ? "-" : "+"} ${text}`)]
    .join(" ")
    .replace(/^\+ /, "");
}

function byMagnitude(terms: readonly Term[]): Map<number, Term[]> {
  const groups = new Map<number, Term[]>();
  for (const term of terms) {
    const magnitude = Math.abs(term.weight);
    const members = groups.get(magnitude);
    if (members) members.push(term);
    else groups.set(magnitude, [term]);
  }
  return groups;
}

/** |weight| · (values − values), to be added or, where every weight is negative, to be subtracted. */
function factor(magnitude: number, terms: readonly Term[]): { isNegative: boolean; text: string } {
  const names = (isNegative: boolean) =>
    terms.filter(({ weight }) => weight < 0 === isNegative).map(({ value }) => value.name);
  const [plus, minus] = [names(false), names(true)];
  const isNegative = plus.length === 0;
  const values = isNegative ? minus.join(" + ") : [plus.join(" + "), ...minus].join(" - ");
  const text = terms.length === 1 ? values : `(${values})`;
  return { isNegative, text: magnitude === 1 ? text : `${magnitude} * ${text}` };
}
