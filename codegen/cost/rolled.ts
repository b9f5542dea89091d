/** What rolled kernels cost. */
import type { Node } from "../ops/node.js";
import type { KernelLowering, Lowering } from "../ops/operator.js";
import { type Located, locate } from "../ops/place.js";
import { constants } from "./constants.js";
import { type Cost, FREE } from "./cost.js";
import { type KernelName, tallies } from "./rolled/tallies.js";
import type { Counts, Tally } from "./rolled/tally.js";

/** The cost of an operator's rolled form. It allocates nothing. */
export function rolledCost(node: Node, lowering: Lowering): Cost {
  if (lowering.form !== "kernel") return FREE;
  const steps = countTiles(node, lowering).map((counts) => price(lowering.kernel.name as KernelName, counts));
  return {
    ...FREE,
    instructions: steps.reduce((sum, step) => sum + step, 0),
    longestStep: Math.max(...steps),
    flashBytes: constantBytes(node, lowering) + objectBytes(lowering),
    stackSlots: constants.rolledStackSlots,
  };
}

/** What the kernel does in each tile. */
export function countTiles(node: Node, lowering: KernelLowering): Counts[] {
  const tally = tallies[lowering.kernel.name as KernelName] as Tally<never>;
  const layer = located(node, lowering) as never;
  return Array.from({ length: lowering.tiles }, (_, tile) => tally(layer, tile));
}

function price(kernel: KernelName, counts: Counts): number {
  const prices: Counts = constants.rolled[kernel];
  return Object.entries(counts).reduce((sum, [part, count]) => sum + prices[part] * count, 0);
}

/** The layer's constants, with every tensor at the start of the arena: only alignment and what is constant matter here. */
function located({ graph }: Node, { parameters }: KernelLowering): Readonly<Record<string, Located>> {
  return locate(parameters, {
    tensor: () => 0,
    variable: () => 0,
    scratch: () => 0,
    constant: () => 0,
    constantTensor: (id) => (graph.tensors[id].data ? 0 : undefined),
  });
}

/** Bytes of the layer's constants in `weights.bin`. */
function constantBytes({ graph }: Node, { parameters }: KernelLowering): number {
  let sum = 0;
  locate(parameters, {
    tensor: () => 0,
    variable: () => 0,
    scratch: () => 0,
    constant: (_, { length }) => {
      sum += length;
      return 0;
    },
    constantTensor: (id) => {
      sum += graph.tensors[id].data?.length ?? 0;
      return graph.tensors[id].data && 0;
    },
  });
  return sum;
}

/** A property of a layer's frozen object; an element of a list; the rest of the object. */
const PARAMETER_BYTES = 16;
const ELEMENT_BYTES = 16;
const OBJECT_BYTES = 128;

/** Bytes of the layer itself. The kernel's code is there once for all layers, and not counted. */
function objectBytes({ parameters }: KernelLowering): number {
  const values = Object.values(parameters);
  const listed = values.reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 0), 0);
  return OBJECT_BYTES + PARAMETER_BYTES * values.length + ELEMENT_BYTES * listed;
}
