/** Functions and their calls as the module of a kernel, cut into steps, and what it costs. */
import type { Cost } from "../../cost/cost.js";
import { moduleBytes } from "../../cost/flash.js";
import type { GeneratedLowering } from "../../ops/operator.js";
import { instructionsOf } from "./estimate.js";
import type { Call } from "./parts.js";

/** Instructions of a step with the loop that calls it, of a kernel that has one step, and of a call of a function. */
const STEP = 4836;
const KERNEL = 2870;
const CALL = 630;

/** Instructions that a step should not exceed: 20 ms at 160 MHz. */
const LONGEST_STEP = 2_500_000;

/** Slots of a function beside its variables: arguments, frame and the operands of an expression. */
const FRAME_SLOTS = 104;

const PARAMETERS = "int8: Int8Array, int32: Int32Array, i: number, o: number";

export function program(calls: readonly Call[]): Pick<GeneratedLowering, "source" | "tiles" | "cost"> {
  const functions = calls.map(({ body }, k) => {
    const lines = body.lines.map((line) => `  ${line}`).join("\n");
    return `function part${k}(${PARAMETERS}): void {\n${lines}\n}`;
  });
  const instructions = calls.map(({ body }) => CALL + instructionsOf(body.lines.join("\n")));
  const steps = cut(
    calls.flatMap(({ places }, k) =>
      places.map(({ input, output }) => ({
        text: `part${k}(int8, int32, i${input ? ` + ${input}` : ""}, o${output ? ` + ${output}` : ""});`,
        instructions: instructions[k],
      })),
    ),
  );
  const texts = steps.map(({ lines }, tile) =>
    steps.length === 1
      ? lines.map((line) => `  ${line}`)
      : [`  ${tile > 0 ? "} else " : ""}if (tile === ${tile}) {`, ...lines.map((line) => `    ${line}`)],
  );
  const text = `${functions.join("\n\n")}

export function kernel(memory: Memory, layer: PlacedLayer, ${steps.length > 1 ? "tile" : "_tile"}: number): void {
  const int8 = memory.int8;
  const int32 = memory.int32;
  const i = layer.inputs[0];
  const o = layer.outputs[0];
${texts.flat().join("\n")}${steps.length > 1 ? "\n  }" : ""}
}
`;
  const imports = new Map([["layer", ["type Memory", "type PlacedLayer"]]]);
  if (/\brequantize\(/.test(text)) imports.set("requantize", ["requantize"]);
  return { source: { imports, text }, tiles: steps.length, cost: costOf(text, calls, steps) };
}

interface Step {
  readonly lines: string[];
  instructions: number;
}

/** Calls in order, as many to a step as keep it short. */
function cut(calls: readonly { readonly text: string; readonly instructions: number }[]): Step[] {
  const steps: Step[] = [];
  for (const { text, instructions } of calls) {
    const last = steps.at(-1);
    if (last && last.instructions + instructions <= LONGEST_STEP) {
      last.lines.push(text);
      last.instructions += instructions;
    } else steps.push({ lines: [text], instructions: STEP + KERNEL + instructions });
  }
  return steps;
}

function costOf(text: string, calls: readonly Call[], steps: readonly Step[]): Cost {
  return {
    instructions: steps.reduce((sum, step) => sum + step.instructions, 0),
    longestStep: Math.max(...steps.map((step) => step.instructions)),
    garbageBytes: 0,
    transientBytes: 0,
    flashBytes: moduleBytes(text),
    stackSlots: FRAME_SLOTS + Math.max(...calls.map(({ body }) => body.locals)),
  };
}
