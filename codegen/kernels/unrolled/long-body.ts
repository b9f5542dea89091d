/** A function for sums that are longer than local variables reach: some inputs at a time, added to an accumulator an output. */
import { type Elements, readsOf, storeText } from "./access.js";
import { ANY, type Body, complete, type Frame, inputsOf, type Skip, type Stage } from "./body.js";
import { instructionsOf } from "./estimate.js";
import { rangeOf, sumText, type Value } from "./expression.js";
import { pairText } from "./pair.js";
import { scaleOf } from "./scale.js";
import { biasOver, laneText, pairTerms, termsOf, type Values } from "./stage.js";
import type { Sum } from "./sums.js";

/** Inputs that are read at a time: two words. */
const BLOCK = 8;

const slotOf: Values = (input) => ({ name: `x${input % BLOCK}`, ...ANY });

/** Where zero is the least element, blocks of nothing else are passed over: after a RELU there are some. */
export function longBody({ sums, inputZeroPoint }: Stage, frame: Frame): Body | undefined {
  const canSkip = inputZeroPoint === -128;
  const starts = sums.map(() => 0);
  const blocks: string[] = [];
  const skips: Skip[] = [];
  for (const inputs of blocksOf(inputsOf(sums))) {
    const parts = sums.map((sum) => ({
      ...sum,
      taps: sum.taps.filter(({ input }) => inputs.includes(input)),
    }));
    const adds: string[] = [];
    for (let i = 0; i < sums.length; i += 2) {
      const { lines, excess } = addText(parts[i], parts.at(i + 1), i, canSkip);
      adds.push(...lines);
      starts[i] -= excess;
    }
    const { lines, skip } = blockText(inputs, adds, frame.input, canSkip);
    blocks.push(...lines);
    skips.push(...skip);
  }
  const outputs: Value[] = [];
  const ends: string[] = [];
  for (const [i, sum] of sums.entries()) {
    const range = rangeOf(termsOf(sum, slotOf));
    const scale = scaleOf(sum.requantization, range, biasOver(sum, inputZeroPoint));
    if (!scale) return undefined;
    starts[i] += scale.start;
    outputs.push({ name: `b${i}`, ...scale.range });
    ends.push(`const b${i} = ${scale.text(`c${i}`)};`);
  }
  const accumulators = starts.map((start, i) => `let c${i} = ${start};`);
  const body = complete([
    ...accumulators,
    ...blocks,
    ...ends,
    ...storeText(outputs, frame.firstOutput, frame.isOutputAligned),
  ]);
  return { ...body, skips };
}

/** Inputs by the block of memory that they lie in. */
function blocksOf(inputs: readonly number[]): number[][] {
  const blocks = new Map<number, number[]>();
  for (const input of inputs) {
    const block = Math.floor(input / BLOCK);
    blocks.set(block, [...(blocks.get(block) ?? []), input]);
  }
  return [...blocks.values()];
}

/**
 * Statements that add to one accumulator or two; the first gets `excess` too much, nothing where they may be passed over.
 */
function addText(
  low: Sum,
  high: Sum | undefined,
  index: number,
  canSkip: boolean,
): { lines: string[]; excess: number } {
  const add = (sum: Sum, i: number) =>
    sum.taps.length ? [`c${i} = ${sumText(`c${i}`, termsOf(sum, slotOf))};`] : [];
  const plain = [...add(low, index), ...(high ? add(high, index + 1) : [])];
  if (!high) return { lines: plain, excess: 0 };
  const pair = pairText(pairTerms(low, high, slotOf));
  const excess = canSkip ? 0 : pair.excess;
  const name = `c${index}`;
  const from = canSkip && pair.excess ? `${name} - ${pair.excess}` : name;
  const next = `c${index + 1}`;
  const paired = [`${name} = ${laneText(pair, "low", from)};`, `${next} = ${laneText(pair, "high", next)};`];
  return instructionsOf(paired.join("\n")) < instructionsOf(plain.join("\n"))
    ? { lines: paired, excess }
    : { lines: plain, excess: 0 };
}

/** Reads and adds, and what of it may be passed over. */
function blockText(
  inputs: readonly number[],
  adds: string[],
  elements: Elements,
  canSkip: boolean,
): { lines: string[]; skip: Skip[] } {
  const reads = readsOf(inputs, elements);
  const values = reads.flatMap((read) =>
    read.values.map(([input, text]) => `${slotOf(input).name} = ${text};`),
  );
  const words = reads.flatMap(({ word }) => word ?? []);
  if (!canSkip || words.length < reads.length)
    return { lines: [...words.map((word) => `${word};`), ...values, ...adds], skip: [] };
  const instructions = instructionsOf([...values, ...adds].join("\n"));
  return {
    lines: [`if ((${words.join(") | (")})) {`, ...values, ...adds, "}"],
    skip: [{ words: [...new Set(inputs.map((input) => input >> 2))], instructions }],
  };
}
