/** A block of output channels, and the functions that compute it at one position. */
import * as cost from "../../cost/bigint.js";
import { interpreter } from "../../cost/interpreter.js";
import { type Program, wordsOf } from "../planes/program.js";
import { type Fit, fitBlock } from "./fit.js";
import type { Layer } from "./layer.js";
import { groupVector, type Layout, layoutOf, vector } from "./layout.js";
import { packed } from "./pack.js";
import { Requantizer } from "./requantization.js";
import type { Requantizations } from "./requantizations.js";
import { scalarsOf } from "./scalars.js";
import { type Call, ENTRY, SumWriter } from "./sums.js";
import { insideShare, isPadded, paddedTaps, splitTaps, taps } from "./window.js";

export interface Block {
  /** Functions; the last one, `${prefix}block`, is to be called with the window's place. */
  readonly text: string;
  /** Instructions at one position: the most, the mean, and those of the mean that are spared where all inputs are zero. */
  readonly most: number;
  readonly instructions: number;
  readonly spared: number;
  /** Slots of the stack that the block takes with the deepest of its functions. */
  readonly stackSlots: number;
  /** Bytes of the largest BigInt. */
  readonly sumBytes: number;
}

/** How a block is computed. */
export interface Way {
  readonly bits: number;
  readonly inputs: 1 | 2;
  /** Whether sums are split into runs of inputs for which lanes have room. */
  readonly isSplit?: true;
}

/** Instructions of the block's own call, and of testing whether a tap is inside. */
const CALL = 1500;
const TEST = 250;

/** Slots of a call beside constants and locals of its own: its frame, arguments and the expression that it computes. */
const FRAME = 15;

/**
 * Writes a block down.
 *
 * @param layer the layer, with the channels of the block only
 * @param isAligned whether its outputs begin at a word of the arena, at every position
 * @returns undefined where lanes are too narrow, or no exact scaling is found
 */
export function blockOf(
  program: Program,
  prefix: string,
  layer: Layer,
  requantizations: Requantizations,
  way: Way,
  isAligned: boolean,
): Block | undefined {
  const layout = layoutOf(layer.channels.length, way.bits, way.inputs);
  const scalars = scalarsOf(layout);
  const isSplit = way.isSplit === true;
  const hasPadding = isPadded(layer);
  if (isSplit && hasPadding) return undefined;
  const scaled = fitBlock(requantizations, layout, isSplit);
  if (!scalars || !scaled) return undefined;
  const before = program.instructions;
  const sums = new SumWriter(program, prefix, layer, layout, scalars, isSplit);
  const calls: Call[][] = [];
  const excesses: bigint[] = [];
  const { filterHeight, filterWidth } = layer.window;
  for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
    const before = sums.excess;
    const written = sums.tap(tap);
    if (!written) return undefined;
    calls.push(written);
    excesses.push(sums.excess - before);
  }
  const inTaps = program.instructions - before;
  const start = (o: number) => startOf(layer, scaled, o, scalars.offsets);
  const requantizer = new Requantizer(program, prefix, layout, scaled);
  const acc = { text: "acc", bits: sums.bits };
  const parts = isSplit ? scaled.groups : 1;
  const partNames = Array.from({ length: parts }, (_, i) => `sum${i}`);
  const addParts = () =>
    partNames.map((name, i) => {
      const lanes = program.and(acc, requantizer.lanes(i));
      program.spend(cost.statement());
      return `${name} = ${program.add({ ...acc, text: name }, lanes).text};`;
    });
  const startOfPart = (group: number) => {
    const lanes = groupVector(layout, parts, group, () => (1n << BigInt(way.bits)) - 1n);
    const excess = sums.runStarts.reduce((sum, it) => sum + (it & lanes), 0n);
    return groupVector(layout, parts, group, start) - excess;
  };
  const starts = (isSplit ? partNames : []).map(
    (name, i) => `let ${name} = ${program.constant(`${prefix}START`, startOfPart(i)).text};`,
  );
  const added = isSplit ? splitTaps(layer, calls, addParts) : [];
  const { requantization } = layer.channels[0];
  const outputs = requantizer.outputs(
    isSplit ? partNames.map((text) => ({ ...acc, text })) : [acc],
    requantization,
  );
  const { statements } = requantizer;
  const bytes = packed(program, prefix, statements, layout, outputs, requantization.min);
  const count = layer.channels.length;
  const isWords = layer.channels.length % 4 === 0 && isAligned;
  const words = Math.ceil(count / 4);
  program.spend(cost.toBytes(words) + interpreter.set + interpreter.setByte * (isWords ? words : count));
  const outside = (tap: number) => {
    const sum = outsideOf(layer, layout, tap, scalars.offsets) + excesses[tap];
    return sum === 0n ? undefined : program.constant(`${prefix}OUTSIDE${tap}`, sum);
  };
  if (hasPadding) program.spend(TEST * (calls.length + filterHeight + filterWidth));
  const lines = [
    ...(isSplit
      ? ["let acc: bigint;", ...starts]
      : [`let acc = ${program.constant(`${prefix}START`, vector(layout, start) - sums.excess).text};`]),
    ...(isSplit ? added : hasPadding ? paddedTaps(layer, calls, outside) : taps(layer, calls)),
    ...statements,
    isWords
      ? `words.set(toWords(${bytes.text}, ${words}), to >> 2);`
      : `memory.uint8.set(toBytes(${bytes.text}, ${count}), to);`,
  ];
  const corner = hasPadding ? "corner: number, row: number, column: number" : "corner: number";
  const block = `function ${prefix}block(memory: Memory, to: number, ${corner}): void {
  const words = memory.int32;
  ${lines.join("\n  ")}
}`;
  const names = new Set(block.match(/\b(n\d+|b\d+_[A-Z]\w*)\b/g));
  program.spend(CALL + ENTRY * names.size);
  const most = program.instructions - before;
  const inside = insideShare(layer);
  const outsideTaps = (1 - inside) * calls.length * (cost.add(wordsOf(acc)) + cost.statement());
  return {
    text: [...sums.functions, block].join("\n\n"),
    most,
    instructions: most - (1 - inside) * inTaps + outsideTaps,
    spared: inside * sums.spared,
    stackSlots: 2 * FRAME + names.size + lines.length + sums.mostColumns,
    sumBytes: Math.ceil(sums.bits / 8),
  };
}

/** What a channel's lane begins with: whatever inputs stand for beyond their value less the zero point is taken off again. */
function startOf(layer: Layer, { offsets }: Fit, o: number, inputOffsets: readonly number[]): bigint {
  const { weights, bias } = layer.channels[o];
  let start = bias + offsets[o];
  for (let i = 0; i < weights.length; i++) start -= weights[i] * beyond(layer, i, inputOffsets);
  return BigInt(start);
}

function beyond({ inputZeroPoint }: Layer, input: number, inputOffsets: readonly number[]): number {
  return inputZeroPoint + inputOffsets[input % 4];
}

/** What a tap comes to where all its inputs are the zero point. */
function outsideOf(layer: Layer, layout: Layout, tap: number, inputOffsets: readonly number[]): bigint {
  const { depth, channels } = layer;
  return vector(layout, (o) => {
    let total = 0;
    for (let i = tap * depth; i < (tap + 1) * depth; i++)
      total += channels[o].weights[i] * beyond(layer, i, inputOffsets);
    return total;
  });
}
