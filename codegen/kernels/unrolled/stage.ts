/** Outputs over inputs that are in local variables. */
import { instructionsOf } from "./estimate.js";
import { rangeOf, sumText, type Term, type Value } from "./expression.js";
import { type PairTerm, type PairText, pairText } from "./pair.js";
import { foldedScaleOf, type Scale, scaleOf } from "./scale.js";
import type { Sum, Tap } from "./sums.js";

/** An output + 128 as an expression, and what it can be. */
export interface Output {
  readonly text: string;
  readonly range: Scale["range"];
}

/** What stands for an element of the input. */
export type Values = (input: number) => Value;

/**
 * Outputs, to be evaluated in this order.
 *
 * @returns undefined where an accumulator leaves int32
 */
export function outputsOf(
  given: readonly Sum[],
  values: Values,
  inputZeroPoint: number,
): Output[] | undefined {
  const sums = given.map((sum) => settled(sum, values, inputZeroPoint));
  const outputs: Output[] = [];
  for (let i = 0; i < sums.length; i += 2) {
    const group = sums.slice(i, i + 2);
    const scales = group.map((sum) => {
      const range = rangeOf(termsOf(sum, values));
      return scaleOf(sum.requantization, range, biasOver(sum, inputZeroPoint));
    });
    if (scales.includes(undefined)) return undefined;
    const plain = group.map((sum, k) => plainOutput(sum, scales[k]!, values, inputZeroPoint));
    const paired = group.length === 2 ? pairedOutputs(group, scales as Scale[], values) : undefined;
    outputs.push(...(paired && cost(paired) < cost(plain) ? paired : plain));
  }
  return outputs;
}

function cost(outputs: readonly Output[]): number {
  return outputs.reduce((sum, { text }) => sum + instructionsOf(text), 0);
}

/** The sum without values that are always the same: they are part of its bias. */
function settled({ taps, bias, requantization }: Sum, values: Values, inputZeroPoint: number): Sum {
  const isKnown = ({ input }: Tap) => values(input).min === values(input).max;
  const known = taps
    .filter(isKnown)
    .reduce((all, { input, weight }) => all + weight * (values(input).min - 128 - inputZeroPoint), bias);
  return { taps: taps.filter((tap) => !isKnown(tap)), bias: known, requantization };
}

function plainOutput(sum: Sum, given: Scale, values: Values, inputZeroPoint: number): Output {
  const terms = termsOf(sum, values);
  const scale = foldedScaleOf(sum.requantization, rangeOf(terms), biasOver(sum, inputZeroPoint)) ?? given;
  const factored = terms.map(({ weight, value }) => ({ weight: weight * scale.factor, value }));
  return { text: scale.text(sumText(scale.start, factored)), range: scale.range };
}

/** Two outputs in one int32. A first one that is always the same would not evaluate what the second one needs. */
function pairedOutputs(
  sums: readonly Sum[],
  [low, high]: readonly Scale[],
  values: Values,
): Output[] | undefined {
  if (low.range.min === low.range.max) return undefined;
  const pair = pairText(pairTerms(sums[0], sums[1], values));
  return [
    { text: low.text(laneText(pair, "low", low.start - pair.excess)), range: low.range },
    { text: high.text(laneText(pair, "high", high.start)), range: high.range },
  ];
}

/** One of two sums, added to what stands before it: a number, or a variable's name. */
export function laneText(pair: PairText, lane: "low" | "high", start: number | string): string {
  const texts = start === 0 && pair[lane].length > 0 ? pair[lane] : [`${start}`, ...pair[lane]];
  return texts.join(" + ").replaceAll("+ 0 - ", "- ");
}

/** The weights of two sums, by value. */
export function pairTerms(low: Sum, high: Sum, values: Values): PairTerm[] {
  const terms = new Map(low.taps.map(({ input, weight }) => [input, { low: weight, high: 0 }]));
  for (const { input, weight } of high.taps)
    terms.set(input, { low: terms.get(input)?.low ?? 0, high: weight });
  return [...terms].map(([input, weights]) => ({ ...weights, value: values(input) }));
}

export function termsOf({ taps }: Sum, values: Values): Term[] {
  return taps.map(({ input, weight }) => ({ weight, value: values(input) }));
}

/** What makes the accumulator of a sum of weights times values, which are 128 above the elements. */
export function biasOver({ bias, taps }: Sum, inputZeroPoint: number): number {
  return bias - (128 + inputZeroPoint) * taps.reduce((sum, { weight }) => sum + weight, 0);
}
