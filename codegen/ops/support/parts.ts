/** Tensors put side by side along an axis, and taken apart: both copy, for each row of the outer axes, a run of each. */
import { type CopyRowsLayer, copyRows } from "../../../runtime/copy-rows.js";
import { DTYPE_BYTES, elements, type TensorId } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { type KernelLowering, kernel, operand, type Placed, tensorByte } from "../operator.js";
import { cut } from "./tiles.js";

/** One part: a place to read, a place to write, and `run` bytes of each row. Strides are in bytes. */
export interface Part {
  readonly from: Placed;
  readonly fromStride: number;
  readonly to: Placed;
  readonly toStride: number;
  readonly run: number;
  /** It is read from `weights.bin`, byte by byte: no native copy leads from there to the arena. */
  readonly constant: boolean;
}

/** All inputs side by side along `axis` of output 0, each `sizes[i]` wide. */
export function join(node: Node, axis: number, sizes: readonly number[]): KernelLowering {
  const { rows, widths, starts, total } = strips(node.outputId(), node, axis, sizes);
  const parts = widths.map((run, i): Part => {
    const from = operand(node.inputId(i));
    const constant = node.input(i).data !== undefined;
    return {
      from,
      fromStride: run,
      to: tensorByte(node.outputId(), starts[i]),
      toStride: total,
      run,
      constant,
    };
  });
  return copyParts(parts, rows);
}

/** Input `position` cut along `axis` into all outputs, output i `sizes[i]` wide. */
export function separate(
  node: Node,
  position: number,
  axis: number,
  sizes: readonly number[],
): KernelLowering {
  const { rows, widths, starts, total } = strips(node.inputId(position), node, axis, sizes);
  const parts = widths.map((run, i): Part => {
    const from = tensorByte(node.inputId(position), starts[i]);
    return {
      from,
      fromStride: total,
      to: tensorByte(node.outputId(i), 0),
      toStride: run,
      run,
      constant: false,
    };
  });
  return copyParts(parts, rows);
}

/** A copy of every part, row by row. */
export function copyParts(parts: readonly Part[], rows: number): KernelLowering {
  // A native copy is about as dear as one iteration of a loop over elements, however long it is.
  const workPerRow = parts.reduce((sum, { constant, run }) => sum + (constant ? run : 1), 0);
  const { perTile, tiles, work } = cut(rows, workPerRow);
  return kernel<CopyRowsLayer>(
    { module: "copy-rows", kernel: copyRows, layerType: "CopyRowsLayer", tiles, work },
    {
      from: parts.map(({ from }) => from),
      fromStrides: parts.map(({ fromStride }) => fromStride),
      to: parts.map(({ to }) => to),
      toStrides: parts.map(({ toStride }) => toStride),
      runs: parts.map(({ run }) => run),
      rows,
      rowsPerTile: perTile,
    },
  );
}

/** The whole tensor as rows, and where in a row each strip starts and how wide it is, in bytes. */
function strips(whole: TensorId, { graph }: Node, axis: number, sizes: readonly number[]) {
  const { shape, dtype } = graph.tensors[whole];
  const unit = elements(shape.slice(axis + 1)) * DTYPE_BYTES[dtype];
  const widths = sizes.map((size) => size * unit);
  let end = 0;
  const starts = widths.map((width) => {
    end += width;
    return end - width;
  });
  return { rows: elements(shape.slice(0, axis)), widths, starts, total: shape[axis] * unit };
}
