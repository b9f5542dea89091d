/** Puts the module of a kernel together from its blocks. */
import { moduleBytes } from "../../cost/flash.js";
import { interpreter } from "../../cost/interpreter.js";
import type { GeneratedLowering } from "../../ops/operator.js";
import type { Program } from "../planes/program.js";
import type { Block } from "./block.js";
import type { Layer } from "./layer.js";
import { cornerOf, isPadded } from "./window.js";

/** What kernels may take from the runtime. */
const RUNTIME_NAMES = { integer: ["quotient"], lanes: ["toBytes", "toWords"] };

/** Instructions of step(), the loop that calls it and the kernel. */
export const STEP = interpreter.step + 2500;

/** Slots of the stack that the kernel itself takes. */
const KERNEL_SLOTS = 20;

/** Finding the position, where there is more than one. */
const POSITION = 3500;

/** A kernel but for where its layer's tensors lie. */
export type Kernel = Omit<GeneratedLowering, "form" | "parameters">;

/**
 * A step is one block of channels at one position.
 *
 * @param size channels of a block; the last one may have fewer
 */
export function assemble(program: Program, layer: Layer, size: number, blocks: readonly Block[]): Kernel {
  const { positions, channels, element } = layer;
  const bytes = element / 8;
  const args = isPadded(layer) ? "corner, row, column" : "corner";
  const body =
    blocks.length === 1
      ? [
          "const position = tile;",
          ...cornerOf(layer),
          `b0_block(memory, layer.outputs[0] + position * ${channels.length * bytes}, ${args});`,
        ]
      : [
          `const position = quotient(tile, ${blocks.length});`,
          `const block = tile - position * ${blocks.length};`,
          ...cornerOf(layer),
          `BLOCKS[block](memory, layer.outputs[0] + position * ${channels.length * bytes} + block * ${size * bytes}, ${args});`,
        ];
  const list = `const BLOCKS = Object.freeze([${blocks.map((_, i) => `b${i}_block`).join(", ")}]);\n\n`;
  const functions = blocks.map((it) => it.text).join("\n\n");
  const text = `${program.declarations()}

${functions}

${blocks.length > 1 ? list : ""}export function kernel(memory: Memory, layer: PlacedLayer, tile: number): void {
  ${body.join("\n  ")}
}
`;
  const used = Object.entries(RUNTIME_NAMES)
    .map(([module, names]) => [module, names.filter((name) => text.includes(`${name}(`))] as const)
    .filter(([, names]) => names.length > 0);
  const step = positions === 1 ? STEP : STEP + POSITION;
  const perPosition = blocks.reduce((sum, { instructions }) => sum + instructions + step, 0);
  return {
    source: {
      imports: new Map([...used, ["layer", ["type Memory", "type PlacedLayer"]]]),
      text,
    },
    tiles: positions * blocks.length,
    cost: {
      instructions: Math.round(positions * perPosition),
      longestStep: Math.round(Math.max(...blocks.map((it) => it.most)) + step),
      garbageBytes: positions * program.garbageBytes,
      transientBytes: LIVE_SUMS * Math.max(...blocks.map((it) => it.sumBytes)),
      flashBytes: moduleBytes(text),
      stackSlots: KERNEL_SLOTS + Math.max(...blocks.map((it) => it.stackSlots)),
    },
  };
}

/** Vectors as long as a sum that live at once while it is requantized and its bytes are packed: counted for 640 outputs. */
const LIVE_SUMS = 13;
