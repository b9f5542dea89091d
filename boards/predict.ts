/**
 * From instructions to time and energy. Nothing here is measured on a chip: the result is a range, as wide as what the
 * board's description assumes.
 */
import type { ChipBoard } from "./board.js";
import { exactly, product, quotient, type Range, rangeOf, sum } from "./figure.js";

/** Instruction sets that engines count. */
export type CountedIsa = "rv32imc" | "lx106";

/** Instructions of one inference. */
export interface Instructions {
  readonly count: Range;
  /** The instruction set that they are of. */
  readonly isa: CountedIsa;
  /** Whether an engine counted them, or they follow from the model's size. */
  readonly basis: "counted" | "estimated";
}

export interface Prediction {
  readonly milliseconds: Range;
  readonly millijoules: Range;
}

/** Time and energy of one inference on a board. The radio is off, the CPU does nothing else. */
export function predict({ count, isa }: Instructions, board: ChipBoard): Prediction {
  const seconds = quotient(
    product(count, instructionRatio(board, isa), cyclesPerInstruction(board)),
    exactly(1e6 * board.clockMegahertz.value),
  );
  const milliseconds = product(seconds, exactly(1000));
  return { milliseconds, millijoules: product(milliseconds, activeWatts(board)) };
}

/** How many instructions of the board's own make one of `isa`. */
function instructionRatio({ isa: own, speed }: ChipBoard, isa: CountedIsa): Range {
  // The C3's code runs on the C6 and the H2 as it is.
  if (own === isa || (own === "rv32imac" && isa === "rv32imc")) return exactly(1);
  if (speed.standIn?.isa === isa) return rangeOf(speed.standIn.instructionRatio);
  throw new RangeError(`instructions of ${isa} say nothing of ${own}`);
}

/** Cycles of one instruction, flash included. */
export function cyclesPerInstruction(board: ChipBoard): Range {
  const { speed } = board;
  const misses = quotient(rangeOf(speed.flashMissesPerThousandInstructions), exactly(1000));
  return sum(rangeOf(speed.cyclesPerInstruction), product(misses, missCycles(board)));
}

/** Cycles that the CPU waits for a line that is not in the cache of flash. */
export function missCycles({ flash, clockMegahertz }: ChipBoard): Range {
  const seconds = quotient(rangeOf(flash.cacheLineBytes), rangeOf(flash.bytesPerSecond));
  return product(seconds, exactly(1e6 * clockMegahertz.value));
}

/** Power with the CPU running. */
export function activeWatts({ power }: ChipBoard): Range {
  return product(rangeOf(power.volts), rangeOf(power.activeMilliamps), exactly(0.001));
}

/** What of a plan decides its work. */
export interface Work {
  readonly layers: readonly { readonly instructions: number }[];
}

/**
 * What whole models take of what the cost model predicts for their layers: less where activations are zeros and layers pass
 * over them (ad01_int8 0.8 times as many), more with collections of garbage (resnet8_int8 1.12 times as many).
 */
const FIT: Range = { low: 0.7, value: 1.05, high: 1.3 };

/** What an inference may take, from the costs that its plan states. `xsnn run --board` counts instead. */
export function estimate({ layers }: Work): Instructions {
  const instructions = layers.reduce((sum, layer) => sum + layer.instructions, 0);
  return { count: product(exactly(instructions), FIT), isa: "rv32imc", basis: "estimated" };
}

/** What predictions for known inputs are held to: 15 per cent of what is counted. */
const KNOWN_INPUTS: Range = { low: 1 / 1.15, value: 1, high: 1 / 0.85 };

/** What an inference may take that is predicted for its inputs, collections included. */
export function estimateFor(instructions: number): Instructions {
  return { count: product(exactly(instructions), KNOWN_INPUTS), isa: "rv32imc", basis: "estimated" };
}

/** What a battery gives an application that sleeps between inferences. */
export interface Battery {
  readonly milliampHours: number;
  /** Inferences a second. */
  readonly rate: number;
}

/**
 * Days that a battery lasts, through a linear regulator: the current drawn from it is the board's. Between inferences
 * the chip is in light sleep, with its memory kept; waking up, sensors and the radio are not counted.
 *
 * @returns nothing where inferences may take longer than they are apart
 */
export function batteryDays(
  { milliseconds }: Prediction,
  { power }: ChipBoard,
  { milliampHours, rate }: Battery,
): Range | undefined {
  const busy = product(milliseconds, exactly(rate / 1000));
  if (busy.high > 1) return undefined;
  const asleep = { low: 1 - busy.high, value: 1 - busy.value, high: 1 - busy.low };
  const sleeping = product(rangeOf(power.sleepMicroamps), exactly(0.001), asleep);
  const milliamps = sum(product(rangeOf(power.activeMilliamps), busy), sleeping);
  return quotient(exactly(milliampHours / 24), milliamps);
}
