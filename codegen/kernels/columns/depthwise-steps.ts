/** The steps of a depthwise layer: runs of output positions, each of which loads the inputs that it needs once. */
import { frameSlots } from "../frame.js";
import { STEP } from "./assemble.js";

/** A function of the module, and what a call takes. */
export interface Call {
  readonly name: string;
  readonly instructions: number;
  readonly garbageBytes: number;
  /** Its arguments and its frame. */
  readonly stackSlots: number;
}

/** A tap that lies inside the input, and the position there. */
export interface Inside {
  readonly tap: number;
  readonly position: number;
}

/** An output position. */
export interface Output {
  readonly inside: readonly Inside[];
  /** What adds up its taps. */
  readonly sum: Call;
}

/** Instructions that a step should not exceed: 20 ms at 160 MHz, a cycle an instruction. */
const STEP_INSTRUCTIONS = 3_000_000;

export interface Step {
  readonly text: string;
  /** How many inputs it loads. */
  readonly inputs: number;
  readonly instructions: number;
  readonly garbageBytes: number;
  readonly stackSlots: number;
}

/**
 * As many outputs to a step as it has time for.
 *
 * @param load gives what taps are multiplied with: `(int8, at)`
 * @param finish writes the output of a sum: `(memory, sum, to)`
 * @param channels bytes from a position to the next
 */
export function stepsOf(outputs: readonly Output[], load: Call, finish: Call, channels: number): Step[] {
  const steps: Step[] = [];
  for (let first = 0; first < outputs.length; ) {
    let last = first;
    let step = stepOf(outputs, first, last, load, finish, channels, steps.length);
    while (last + 1 < outputs.length) {
      const longer = stepOf(outputs, first, last + 1, load, finish, channels, steps.length);
      if (longer.instructions > STEP_INSTRUCTIONS) break;
      step = longer;
      last++;
    }
    steps.push(step);
    first = last + 1;
  }
  return steps;
}

/** The outputs from `first` to `last`. */
function stepOf(
  outputs: readonly Output[],
  first: number,
  last: number,
  load: Call,
  finish: Call,
  channels: number,
  index: number,
): Step {
  const own = outputs.slice(first, last + 1);
  const inputs = [...new Set(own.flatMap(({ inside }) => inside.map((it) => it.position)))];
  const lines = [
    "const { int8 } = memory;",
    ...inputs.map((at) => `const x${at} = ${load.name}(int8, from + ${at * channels});`),
    ...own.map(({ inside, sum }, i) => {
      const taps = inside.map(({ position }) => `x${position}`).join(", ");
      return `${finish.name}(memory, ${sum.name}(${taps}), to + ${(first + i) * channels});`;
    }),
  ];
  const calls = [...inputs.map(() => load), ...own.flatMap(({ sum }) => [sum, finish])];
  const text = `function step${index}(memory: Memory, from: number, to: number): void {\n  ${lines.join("\n  ")}\n}`;
  return {
    text,
    inputs: inputs.length,
    instructions: calls.reduce((sum, it) => sum + it.instructions, STEP),
    garbageBytes: calls.reduce((sum, it) => sum + it.garbageBytes, 0),
    stackSlots: frameSlots(text) + Math.max(...calls.map((it) => it.stackSlots)),
  };
}
