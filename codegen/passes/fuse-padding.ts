import type { Graph, Tensor, TensorId } from "../graph/graph.js";
import type { Op } from "../graph/op.js";
import { Node } from "../ops/node.js";
import { type Window, windowConstants } from "../ops/support/window.js";
import { removeDead } from "./remove-dead.js";

/**
 * A PAD before a convolution becomes padding of the convolution, which reads it without anybody writing it. So does a PAD of
 * the least int8 before a MAX_POOL_2D. Models that come from PyTorch have them, for their padding of strides is not SAME.
 *
 * @param graph valid
 */
export function fusePadding(graph: Graph): Graph {
  const producers = new Map<TensorId, Op>(graph.ops.flatMap((op) => op.outputs.map((id) => [id, op])));
  const ops = graph.ops.map((op) => {
    const pad = producers.get(op.inputs[0] ?? -1);
    return (pad && fused(graph, pad, op)) ?? op;
  });
  return ops.every((op, i) => op === graph.ops[i]) ? graph : removeDead({ ...graph, ops });
}

/** A window over the input of a PAD instead of its output; undefined where that is not the same. */
function fused(graph: Graph, pad: Op, op: Op): Op | undefined {
  if (pad.kind !== "PAD" && pad.kind !== "PADV2") return undefined;
  if (op.kind !== "CONV_2D" && op.kind !== "DEPTHWISE_CONV_2D" && op.kind !== "MAX_POOL_2D") return undefined;
  const node = new Node(graph, pad);
  const [from, to] = [node.input(0), node.output()];
  if (to.dtype !== "int8" || from.shape.length !== 4 || !isQuantizedAlike(from, to)) return undefined;
  const { zeroPoint } = node.perTensor(to, "the output");
  const value = pad.kind === "PAD" ? zeroPoint : new Int8Array(node.constant(2, "the value"))[0];
  // What a convolution reads as padding is the zero point; a maximum does not look at it.
  if (value !== (op.kind === "MAX_POOL_2D" ? -128 : zeroPoint)) return undefined;
  const [n0, n1, top, bottom, left, right, c0, c1] = node.integers(1, "the list of paddings");
  if (n0 + n1 + c0 + c1 > 0) return undefined;
  const inputs = [pad.inputs[0], ...op.inputs.slice(1)];
  const attributes = { ...op.attributes, around: [top, bottom, left, right] as const };
  const made = { ...op, inputs, attributes } as Op;
  return looksAtInput(new Node<Window>(graph, made), filterSize(graph, op)) ? made : undefined;
}

function isQuantizedAlike({ quantization: a }: Tensor, { quantization: b }: Tensor): boolean {
  return a?.scales.join() === b?.scales.join() && a?.zeroPoints.join() === b?.zeroPoints.join();
}

function filterSize({ tensors }: Graph, op: Op): readonly [height: number, width: number] {
  if (op.kind === "MAX_POOL_2D") return [op.attributes.filterHeight, op.attributes.filterWidth];
  const [, height, width] = tensors[op.inputs[1]!].shape;
  return [height, width];
}

/** Whether no window lies wholly in the padding: kernels take that for granted. */
function looksAtInput(node: Node<Window>, [height, width]: readonly [number, number]): boolean {
  const { dilationHeight = 1, dilationWidth = 1 } = node.attributes;
  const it = windowConstants(node, height, width);
  return (
    it.padTop <= (height - 1) * dilationHeight &&
    it.padLeft <= (width - 1) * dilationWidth &&
    (it.outputHeight - 1) * it.strideHeight - it.padTop < it.inputHeight &&
    (it.outputWidth - 1) * it.strideWidth - it.padLeft < it.inputWidth
  );
}
