/**
 * FULLY_CONNECTED and CONV_2D with lanes over output channels: one BigInt holds an accumulator of every channel, and each
 * input of a position is multiplied by its column of weights. It suits layers of many channels at few positions, and inputs
 * that are often zero, which it passes over.
 */
import type { Activations } from "../../cost/activity.js";
import { elementsOf } from "../../graph/elements.js";
import type { Node } from "../../ops/node.js";
import { type GeneratedLowering, tensor } from "../../ops/operator.js";
import { hasKnownSums } from "../convolution.js";
import { perWord } from "../element.js";
import { Program } from "../planes/program.js";
import { assemble, type Kernel, STEP } from "./assemble.js";
import { type Block, blockOf, type Way } from "./block.js";
import { depthwiseColumns } from "./depthwise.js";
import { type Layer, layerOf } from "./layer.js";
import { Requantizations } from "./requantizations.js";
import { sparedBy } from "./spared.js";
import { insideShare } from "./window.js";

const OPERATORS = ["FULLY_CONNECTED", "CONV_2D"];

/** The ways in which lanes are tried. */
export const WAYS: readonly Way[] = [
  { inputs: 1, bits: 20 },
  { inputs: 1, bits: 20, isSplit: true },
  { inputs: 1, bits: 24 },
  { inputs: 1, bits: 32 },
  { inputs: 2, bits: 20 },
  { inputs: 2, bits: 24 },
];

/** The same for int16 inputs: lanes, or two of them, are whole outputs. */
export const WIDE_WAYS: readonly Way[] = [24, 32, 40].map((bits) => ({ inputs: 1, bits }));

/** The share of zeros that a way is chosen for, where zeros are passed over: what a ReLU usually leaves. */
const USUAL_ZEROS = 0.4;

/** Instructions that a step should not exceed: 20 ms at 160 MHz, a cycle an instruction. */
const STEP_INSTRUCTIONS = 3_000_000;

/** Least channels of a block. */
const LEAST_CHANNELS = 16;

/**
 * Constants of a module: while it is linked each takes a slot of the stack, of which Moddable's linker has 1,024 (xs/tools/xsl.c);
 * with 850 of them it overflows.
 */
const MOST_CONSTANTS = 760;

/**
 * The kernel of a FULLY_CONNECTED or CONV_2D, as checked by its operator, in the cheapest of some ways.
 *
 * @returns undefined where it does not suit or is not provably exact
 */
export function columns(node: Node, ways?: readonly Way[]): GeneratedLowering | undefined {
  if (node.op.kind === "DEPTHWISE_CONV_2D") return depthwiseColumns(node);
  if (!OPERATORS.includes(node.op.kind) || !hasKnownSums(node)) return undefined;
  const layer = layerOf(node);
  if (layer.depth % perWord(layer.element) !== 0) return undefined; // words of the arena hold inputs of one tap
  const chosen = chosenOf(layer, ways ?? (layer.element === 8 ? WAYS : WIDE_WAYS));
  if (!chosen) return undefined;
  const { way, blocks } = chosen;
  const input = node.inputId(0);
  const spared = (activations: Activations) => {
    const elements = elementsOf(node.input(0).dtype, activations.get(input)!);
    const passing = blocks.map((it) => it.passing);
    return sparedBy(layer, passing, way.inputs, elements);
  };
  const kernel = chosen.kernel();
  return {
    form: "generated",
    ...kernel,
    cost: { ...kernel.cost, spared },
    parameters: { inputs: [tensor(input)], outputs: [tensor(node.outputId())], constants: [] },
  };
}

/** In as few blocks as steps allow; in fewer and longer ones where these have too many constants. */
function chosenOf(layer: Layer, ways: readonly Way[]): Candidate | undefined {
  const requantizations = Requantizations.of(layer);
  const { length } = layer.channels;
  let best = bestOf(layer, requantizations, length, ways);
  for (let size = length; best && size > LEAST_CHANNELS; ) {
    const longest = Math.max(...best.blocks.map(({ most }) => most)) + STEP;
    if (longest <= STEP_INSTRUCTIONS) break;
    const blocks = Math.ceil((length / size) * (longest / STEP_INSTRUCTIONS));
    let next = Math.min(size - 4, Math.ceil(length / blocks / 4) * 4);
    let shorter = bestOf(layer, requantizations, next, ways);
    while (!shorter && next < size - 4) {
      next = Math.ceil((next + size) / 8) * 4;
      shorter = next < size ? bestOf(layer, requantizations, next, ways) : undefined;
    }
    if (!shorter) break;
    best = shorter;
    size = next;
  }
  return best;
}

interface Candidate {
  readonly way: Way;
  readonly blocks: readonly Block[];
  readonly expected: number;
  kernel(): Kernel;
}

/** The cheapest way for blocks of so many channels. */
function bestOf(
  layer: Layer,
  requantizations: Requantizations,
  size: number,
  ways: readonly Way[],
): Candidate | undefined {
  let best: Candidate | undefined;
  for (const way of ways) {
    const candidate = candidateOf(layer, requantizations, size, way);
    if (candidate && (!best || candidate.expected < best.expected)) best = candidate;
  }
  return best;
}

function candidateOf(
  layer: Layer,
  requantizations: Requantizations,
  size: number,
  way: Way,
): Candidate | undefined {
  const program = new Program();
  const blocks: Block[] = [];
  for (let first = 0; first < layer.channels.length; first += size) {
    const own = { ...layer, channels: layer.channels.slice(first, first + size) };
    const isAligned = [size, layer.channels.length].every((it) => it % perWord(layer.element) === 0);
    const block = blockOf(
      program,
      `b${blocks.length}_`,
      own,
      requantizations.slice(first, first + size),
      way,
      isAligned,
    );
    if (!block || program.constantCount > MOST_CONSTANTS) return undefined;
    blocks.push(block);
  }
  const zeros = insideShare(layer) * USUAL_ZEROS ** way.inputs;
  const expected = blocks.reduce(
    (sum, { instructions, passing }) => sum + instructions - zeros * passing.products.instructions,
    0,
  );
  return { way, blocks, expected, kernel: () => assemble(program, layer, size, blocks) };
}
