/** Outputs over inputs that are in local variables. */
import { instructionsOf } from "./estimate.js";
import { rangeOf, sumText, type Term, type Value } from "./expression.js";
import { type PairTerm, type PairText, pairText } from "./pair.js";
import { type Scale, scaleOf } from "./scale.js";
import type { Sum, Tap } from "./sums.js";

/** An output + 128 as an expression. */
export interface Output {
  readonly text: string;
  readonly range: Scale["range"];
  readonly isCall: boolean;
  /** How many of the variables `s0`, `s1`, … the expression sets or reads. */
  readonly segments: number;
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
    const [first, second] = [sums[i], sums.at(i + 1)];
    const plain = [first, ...(second ? [second] : [])].map((sum) => plainOutput(sum, values, inputZeroPoint));
    const paired = second && pairedOutputs(first, second, values, inputZeroPoint);
    const cheaper = paired && cost(paired) < cost(plain) ? paired : plain;
    for (const output of cheaper) {
      if (!output) return undefined;
      outputs.push(output);
    }
  }
  return outputs;
}

function cost(outputs: readonly (Output | undefined)[]): number {
  return outputs.reduce((sum, output) => sum + (output ? instructionsOf(output.text) : 0), 0);
}

/** The sum without values that are always the same: they are part of its bias. */
function settled({ taps, bias, requantization }: Sum, values: Values, inputZeroPoint: number): Sum {
  const isKnown = ({ input }: Tap) => values(input).min === values(input).max;
  const known = taps
    .filter(isKnown)
    .reduce((all, { input, weight }) => all + weight * (values(input).min - 128 - inputZeroPoint), bias);
  return { taps: taps.filter((tap) => !isKnown(tap)), bias: known, requantization };
}

function plainOutput(sum: Sum, values: Values, inputZeroPoint: number): Output | undefined {
  const terms = termsOf(sum, values);
  const scale = scaleOf(sum.requantization, rangeOf(terms), biasOver(sum, inputZeroPoint), true);
  if (!scale) return undefined;
  const { factor, start, range, isCall } = scale;
  const factored = terms.map(({ weight, value }) => ({ weight: weight * factor, value }));
  return { text: scale.text(sumText(start, factored)), range, isCall, segments: 0 };
}

function pairedOutputs(low: Sum, high: Sum, values: Values, inputZeroPoint: number): Output[] | undefined {
  const pair = pairText(pairTerms(low, high, values));
  const finish = (sum: Sum, lane: "low" | "high"): Output | undefined => {
    const range = rangeOf(termsOf(sum, values));
    const scale = scaleOf(sum.requantization, range, biasOver(sum, inputZeroPoint), false);
    if (!scale) return undefined;
    const { range: output, isCall } = scale;
    return {
      text: scale.text(laneText(pair, lane, scale.start - (lane === "low" ? pair.excess : 0))),
      range: output,
      isCall,
      segments: pair.segments,
    };
  };
  const [first, second] = [finish(low, "low"), finish(high, "high")];
  // A first output that is always the same would not evaluate its sum, which the second one needs.
  return first && second && first.range.min < first.range.max ? [first, second] : undefined;
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
