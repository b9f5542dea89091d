/** A block of output channels, and the functions that compute it at one position. */
import * as cost from "../../cost/bigint.js";
import type { Program } from "../planes/program.js";
import { type Fit, fit, requantizedOf } from "./fit.js";
import type { Layer } from "./layer.js";
import { layoutOf, vector } from "./layout.js";
import { packed } from "./pack.js";
import { Requantizer } from "./requantization.js";
import { scalarsOf } from "./scalars.js";
import { type Call, SumWriter } from "./sums.js";

export interface Block {
  /** Functions; the last one, `${prefix}block`, is to be called with the window's place. */
  readonly text: string;
  /** Instructions at one position, and how many of them zeros among the inputs would spare, were all of them zero. */
  readonly instructions: number;
  readonly spared: number;
  readonly mostColumns: number;
  /** Bytes of the largest BigInt. */
  readonly sumBytes: number;
}

/** How a block is computed. */
export interface Way {
  readonly bits: number;
  readonly inputs: 1 | 2;
}

/** Instructions of the block's own call, of testing whether a tap is inside, and of `set`. */
const CALL = 1500;
const TEST = 250;
const SET = 1500;

/**
 * Writes a block down.
 *
 * @param layer the layer, with the channels of the block only
 * @returns undefined where lanes are too narrow, or no exact scaling is found
 */
export function blockOf(program: Program, prefix: string, layer: Layer, way: Way): Block | undefined {
  const layout = layoutOf(layer.channels.length, way.bits, way.inputs);
  const scalars = scalarsOf(layout);
  const scaled = fit(requantizedOf(layer), layout);
  if (!scalars || !scaled) return undefined;
  const before = program.instructions;
  const sums = new SumWriter(program, prefix, layer, layout, scalars);
  const calls: Call[][] = [];
  const { filterHeight, filterWidth } = layer.window;
  for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
    const written = sums.tap(tap);
    if (!written) return undefined;
    calls.push(written);
  }
  const start = vector(layout, (o) => startOf(layer, scaled, o, scalars.offsets)) - sums.excess;
  const acc = program.constant(`${prefix}START`, start).text;
  const requantizer = new Requantizer(program, prefix, layout, scaled);
  const { requantization } = layer.channels[0];
  const outputs = requantizer.outputs({ text: "acc", bits: sums.bits }, requantization);
  const { statements } = requantizer;
  const bytes = packed(program, prefix, statements, layout, outputs, requantization.min);
  const count = layer.channels.length;
  program.spend(cost.toBytes(Math.ceil(count / 4)) + CALL + SET);
  const lines = [
    `let acc = ${acc};`,
    ...(isPadded(layer)
      ? paddedTaps(program, prefix, layer, calls, (tap) => outsideOf(layer, layout, tap, scalars.offsets))
      : taps(layer, calls)),
    ...statements,
    `memory.uint8.set(toBytes(${bytes.text}, ${count}), to);`,
  ];
  const parameters = isPadded(layer) ? "row: number, column: number, " : "";
  const block = `function ${prefix}block(memory: Memory, ${parameters}corner: number, to: number): void {
  const words = memory.int32;
  ${lines.join("\n  ")}
}`;
  return {
    text: [...sums.functions, block].join("\n\n"),
    instructions: program.instructions - before,
    spared: sums.spared,
    mostColumns: sums.mostColumns,
    sumBytes: Math.ceil(sums.bits / 8),
  };
}
