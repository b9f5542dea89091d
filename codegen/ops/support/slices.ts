/** What SLICE and STRIDED_SLICE share: along each axis of the input, every `step`th index from `begin` on. */
import { type CopyBlocksLayer, copyBlocks } from "../../../runtime/copy-blocks.js";
import { DTYPE_BYTES } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { type KernelLowering, kernel, tensor, tensorByte } from "../operator.js";
import { blocks } from "./blocks.js";
import { strides } from "./loops.js";

/** Which indexes of an axis are taken: `size` of them. */
export interface Range {
  readonly begin: number;
  readonly step: number;
  readonly size: number;
}

/** A copy of those ranges of input 0, one an axis, to output 0. */
export function copySlice(node: Node, ranges: readonly Range[]): KernelLowering {
  const { shape, dtype } = node.input(0);
  const from = strides(shape);
  const to = strides(ranges.map(({ size }) => size));
  const start = ranges.reduce((sum, { begin }, i) => sum + begin * from[i], 0);
  const axes = ranges.map(({ size, step }, i) => ({ size, from: step * from[i], to: to[i] }));
  const { steps, constants } = blocks(axes, dtype);
  return kernel<CopyBlocksLayer>(
    { module: "copy-blocks", kernel: copyBlocks, layerType: "CopyBlocksLayer", ...steps },
    {
      from: tensorByte(node.inputId(0), start * DTYPE_BYTES[dtype]),
      to: tensor(node.outputId()),
      ...constants,
    },
  );
}
