/** The accumulators of a block at one position: statements that add up every tap of the window. */
import { statement } from "../../cost/bigint.js";
import type { Program, Vector } from "../planes/program.js";
import type { Fit } from "./fit.js";
import type { Layer } from "./layer.js";
import { groupVector, type Layout, vector } from "./layout.js";
import type { Scalars } from "./scalars.js";
import type { Passing } from "./spared.js";
import { type Call, SumWriter } from "./sums.js";
import { isPadded, paddedTaps, splitTaps, taps } from "./window.js";

export interface Accumulated {
  /** Functions that the statements call, and the statements. */
  readonly functions: readonly string[];
  readonly statements: readonly string[];
  /** Locals with the accumulators: one or, where sums are split, one for each group of lanes. */
  readonly parts: readonly Vector[];
  /** What inputs that are zero spare. */
  readonly passing: Passing;
  /** Columns of the function that has most. */
  readonly mostColumns: number;
}

/**
 * @param lanes all bits of a group's lanes
 * @param isSplit whether sums are split into runs of inputs for which lanes have room
 * @returns undefined where lanes have no room for a single product
 */
export function accumulated(
  program: Program,
  prefix: string,
  layer: Layer,
  layout: Layout,
  scalars: Scalars,
  fit: Fit,
  lanes: (group: number) => Vector,
  isSplit: boolean,
): Accumulated | undefined {
  const sums = new SumWriter(program, prefix, layer, layout, scalars, isSplit);
  const { functions } = sums;
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
  const { passing, mostColumns, bits } = sums;
  const start = (o: number) => startOf(layer, fit, o, scalars.offsets);
  const first = (name: string, value: bigint) =>
    `let ${name} = ${program.constant(`${prefix}START`, value).text};`;
  if (!isSplit) {
    const outside = (tap: number) => {
      const sum = outsideOf(layer, layout, tap, scalars.offsets) + excesses[tap];
      return sum === 0n ? undefined : program.constant(`${prefix}OUTSIDE${tap}`, sum);
    };
    const added = isPadded(layer) ? paddedTaps(layer, calls, outside) : taps(layer, calls);
    const statements = [first("acc", vector(layout, start) - sums.excess), ...added];
    return { functions, statements, parts: [{ text: "acc", bits }], passing, mostColumns };
  }
  const parts = Array.from({ length: fit.groups }, (_, i): Vector => ({ text: `sum${i}`, bits }));
  const declared = parts.map(({ text }, group) => {
    const own = groupVector(layout, fit.groups, group, () => (1n << BigInt(layout.bits)) - 1n);
    const excess = sums.runStarts.reduce((sum, it) => sum + (it & own), 0n);
    return first(text, groupVector(layout, fit.groups, group, start) - excess);
  });
  const addParts = () =>
    parts.map((part, group) => {
      program.spend(statement());
      return `${part.text} = ${program.add(part, program.and({ text: "acc", bits }, lanes(group))).text};`;
    });
  const statements = ["let acc: bigint;", ...declared, ...splitTaps(layer, calls, addParts)];
  return { functions, statements, parts, passing, mostColumns };
}

/** What a channel's lane begins with: whatever inputs stand for beyond their value less the zero point is taken off again. */
function startOf(layer: Layer, { offsets }: Fit, o: number, inputOffsets: readonly number[]): bigint {
  const { weights, bias } = layer.channels[o];
  let start = bias + offsets[o];
  for (let i = 0; i < weights.length; i++) start -= weights[i] * beyond(layer, i, inputOffsets);
  return BigInt(start);
}

function beyond({ inputZeroPoint }: Layer, input: number, inputOffsets: readonly number[]): number {
  return inputZeroPoint + inputOffsets[input % inputOffsets.length];
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
