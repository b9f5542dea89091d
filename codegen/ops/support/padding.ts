/** What PAD and PADV2 share. */

import { type PadLayer, pad } from "../../../runtime/pad.js";
import { FLOAT8_TYPES } from "../../arithmetic/float8.js";
import { DTYPE_BYTES, elements } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { type KernelLowering, kernel, type Operator, type Shape, tensor, tensorByte } from "../operator.js";
import { blocks } from "./blocks.js";
import { checkRank, checkTypes, integersOf } from "./copy.js";
import { strides } from "./loops.js";

const TYPES = ["int8", "int16", "int32", "float32", ...FLOAT8_TYPES] as const;

/** How many elements are filled in the time of one iteration of a loop over elements. */
const FILLED_PER_ITERATION = 16;

export const padding = {
  outputs: [1, 1],
  types: TYPES.join(", "),
  infer: (node: Node): Shape[] => [
    paddings(node).map(([before, after], axis) => before + node.input(0).shape[axis] + after),
  ],
} as const satisfies Partial<Operator<unknown>>;

/** Refuses types, ranks and paddings that TFLM's kernel does not take. */
export function checkPadding(node: Node): void {
  checkTypes(node, node.input(0), TYPES);
  checkRank(node, node.input(0), 5);
  const negative = paddings(node)
    .flat()
    .find((size) => size < 0);
  if (negative !== undefined)
    node.refuse("attribute", { attribute: "a padding", value: `${negative}`, supported: "0 and above" });
}

/** Input 0 in an output full of `value`: an int8 or int16, or the bits of a wide element as an int32. */
export function lowerPadding(node: Node, value: number): KernelLowering {
  const { shape, dtype } = node.input(0);
  const output = node.output().shape;
  const [from, to] = [strides(shape), strides(output)];
  const start = paddings(node).reduce((sum, [before], axis) => sum + before * to[axis], 0);
  const axes = shape.map((size, axis) => ({ size, from: from[axis], to: to[axis] }));
  const { steps, constants } = blocks(axes, dtype);
  const bytes = DTYPE_BYTES[dtype] as 1 | 2 | 4;
  const length = elements(output);
  const work = steps.work + Math.ceil(length / FILLED_PER_ITERATION);
  return kernel<PadLayer>(
    { module: "pad", kernel: pad, layerType: "PadLayer", tiles: steps.tiles, work },
    {
      output: tensor(node.outputId(), bytes),
      length,
      elementBytes: bytes,
      value,
      from: tensor(node.inputId(0)),
      to: tensorByte(node.outputId(), start * bytes),
      ...constants,
    },
  );
}

/** Elements before and after the input along each axis. */
function paddings(node: Node): (readonly [before: number, after: number])[] {
  const { shape } = node.input(0);
  const sizes = integersOf(node, 1, "the list of paddings", 2 * shape.length);
  return shape.map((_, axis) => [sizes[2 * axis], sizes[2 * axis + 1]] as const);
}
