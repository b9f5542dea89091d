/** A block of output channels, and the functions that compute it at one position. */

import * as cost from "../../cost/bigint.js";
import { interpreter } from "../../cost/interpreter.js";
import { perWord } from "../element.js";
import { type Program, wordsOf } from "../planes/program.js";
import { accumulated } from "./accumulated.js";
import { fitBlock } from "./fit.js";
import type { Layer } from "./layer.js";
import { layoutOf } from "./layout.js";
import { packed } from "./pack.js";
import { Requantizer } from "./requantization.js";
import type { Requantizations } from "./requantizations.js";
import { scalarsOf } from "./scalars.js";
import type { Passing } from "./spared.js";
import { ENTRY } from "./sums.js";
import { insideShare, isPadded } from "./window.js";

export interface Block {
  /** Functions; the last one, `${prefix}block`, is to be called with the window's place. */
  readonly text: string;
  /** Instructions at one position: the most, and the mean. */
  readonly most: number;
  readonly instructions: number;
  readonly passing: Passing;
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
const FRAME = 20;

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
  const { element } = layer;
  const layout = layoutOf(layer.channels.length, way.bits, way.inputs, element);
  const scalars = scalarsOf(layout);
  const isSplit = way.isSplit === true;
  const hasPadding = isPadded(layer);
  if (isSplit && hasPadding) return undefined;
  const scaled = fitBlock(requantizations, layout, isSplit);
  if (!scalars || !scaled) return undefined;
  const before = program.instructions;
  const requantizer = new Requantizer(program, prefix, layout, scaled);
  const lanes = (group: number) => requantizer.lanes(group);
  const sums = accumulated(program, prefix, layer, layout, scalars, scaled, lanes, isSplit);
  if (!sums) return undefined;
  const inTaps = program.instructions - before;
  const { requantization } = layer.channels[0];
  const outputs = requantizer.outputs(sums.parts, requantization);
  const { statements } = requantizer;
  const bytes = packed(program, prefix, statements, layout, outputs, requantization.min);
  const count = layer.channels.length;
  const isWords = count % perWord(element) === 0 && isAligned;
  const words = Math.ceil(count / perWord(element));
  const size = (count * element) / 8;
  program.spend(cost.toBytes(words) + interpreter.set + interpreter.setByte * (isWords ? words : size));
  const { filterHeight, filterWidth } = layer.window;
  const taps = filterHeight * filterWidth;
  if (hasPadding) program.spend(TEST * (taps + filterHeight + filterWidth));
  const lines = [
    ...sums.statements,
    ...statements,
    isWords
      ? `words.set(toWords(${bytes.text}, ${words}), to >> 2);`
      : `memory.uint8.set(toBytes(${bytes.text}, ${size}), to);`,
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
  const [sum] = sums.parts;
  const outsideTaps = (1 - inside) * taps * (cost.add(wordsOf(sum)) + cost.statement());
  return {
    text: [...sums.functions, block].join("\n\n"),
    most,
    instructions: most - (1 - inside) * inTaps + outsideTaps,
    passing: sums.passing,
    stackSlots: 2 * FRAME + names.size + lines.length + sums.mostColumns,
    sumBytes: Math.ceil(sum.bits / 8),
  };
}
