/** Averages over whole images in the form that loses least. */
import type { Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { axes } from "../../ops/mean.js";
import { type Editor, operation } from "../../passes/editor.js";
import { rewrite } from "../../passes/float/rewrite.js";
import type { Schemes } from "./activations.js";

/**
 * In int8 a MEAN has a scale for its output, which varies less than what it is the mean of; a pool keeps its input's. In int16, where
 * there is no MEAN, a pool has bits enough.
 */
export function chooseMeans(graph: Graph, schemes: Schemes): Graph {
  return rewrite(graph, [
    (editor, op) => (schemes(op).activations === "int8" ? poolToMean(editor, op) : meanToPool(editor, op)),
  ]);
}

function poolToMean(editor: Editor, op: Op): boolean {
  if (op.kind !== "AVERAGE_POOL_2D" || op.attributes.activation !== "NONE") return false;
  const { filterHeight, filterWidth, padding } = op.attributes;
  const [, height, width] = editor.shape(op.inputs[0]!);
  if (padding !== "VALID" || filterHeight !== height || filterWidth !== width) return false;
  const over = editor.indexes(`${op.name}/axes`, [1, 2]);
  editor.replace(op, operation("MEAN", { keepDims: true }, op.name, [op.inputs[0], over], op.outputs));
  return true;
}

function meanToPool(editor: Editor, op: Op): boolean {
  if (op.kind !== "MEAN") return false;
  const shape = editor.shape(op.inputs[0]!);
  const over = [...axes(editor.node(op))].sort();
  if (shape.length !== 4 || over.join() !== "1,2") return false;
  const [batches, filterHeight, filterWidth, channels] = shape;
  const window = { filterHeight, filterWidth, strideHeight: 1, strideWidth: 1, padding: "VALID" } as const;
  const attributes = { ...window, activation: "NONE" } as const;
  const input = [op.inputs[0]];
  if (op.attributes.keepDims)
    editor.replace(op, operation("AVERAGE_POOL_2D", attributes, op.name, input, op.outputs));
  else {
    const pooled = editor.emit("AVERAGE_POOL_2D", attributes, input, `${op.name}/pool`, [
      batches,
      1,
      1,
      channels,
    ]);
    const size = editor.indexes(`${op.name}/shape`, [batches, channels]);
    editor.replace(op, operation("RESHAPE", { newShape: null }, op.name, [pooled, size], op.outputs));
  }
  return true;
}
