/** What AVERAGE_POOL_2D and MAX_POOL_2D share. */
import type { OpKind } from "../../graph/op.js";
import type { Node } from "../../ops/node.js";
import type { PoolAttributes } from "../../ops/support/pool.js";
import { checkWindow, windowConstants } from "../../ops/support/window.js";
import type { FloatOperator } from "../operator.js";
import { activate } from "./activation.js";
import { requireFloat32 } from "./checks.js";
import { taps } from "./window.js";

/** How a pool makes one number from those under its window: the padding is not among them. */
interface Pooling {
  readonly start: number;
  add(pooled: number, value: number): number;
  finish(pooled: number, count: number): number;
}

export function pool(kind: OpKind, pooling: Pooling): FloatOperator<PoolAttributes> {
  return {
    kind,

    check(node) {
      requireFloat32(node);
      checkWindow(node, node.attributes.filterHeight, node.attributes.filterWidth);
    },

    run: (node, [input]) => [activate(pooled(node, input!, pooling), node.attributes.activation)],
  };
}

function pooled(
  node: Node<PoolAttributes>,
  input: Float32Array,
  { start, add, finish }: Pooling,
): Float32Array {
  const { attributes } = node;
  const window = windowConstants(node, attributes.filterHeight, attributes.filterWidth);
  const { inputHeight, inputWidth, inputDepth, outputHeight, outputWidth, positions } = window;
  const output = new Float32Array(positions * inputDepth);
  for (let position = 0; position < positions; position++) {
    const row = Math.floor(position / outputWidth);
    const image = Math.floor(row / outputHeight) * inputHeight;
    const top = (row % outputHeight) * window.strideHeight - window.padTop;
    const left = (position % outputWidth) * window.strideWidth - window.padLeft;
    const rows = taps(top, inputHeight, window.filterHeight, 1);
    const columns = taps(left, inputWidth, window.filterWidth, 1);
    const count = (rows.end - rows.first) * (columns.end - columns.first);
    for (let channel = 0; channel < inputDepth; channel++) {
      let result = start;
      for (let y = rows.first; y < rows.end; y++) {
        let at = ((image + top + y) * inputWidth + left + columns.first) * inputDepth + channel;
        for (let x = columns.first; x < columns.end; x++) {
          result = add(result, input[at]);
          at += inputDepth;
        }
      }
      output[position * inputDepth + channel] = finish(result, count);
    }
  }
  return output;
}
