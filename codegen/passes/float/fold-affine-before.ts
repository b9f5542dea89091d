import type { Op } from "../../graph/op.js";
import type { Editor } from "../editor.js";
import { affineOf } from "./affine.js";
import { reweighted, type Weighted, weightedOf } from "./weighted.js";
import { windowOf } from "./window.js";

/**
 * (x · scale + shift) · w + b is x · (scale · w) + (b + Σ shift · w). Exact where every output is a sum over all weights: a
 * convolution that pads with zeros would have to pad with something else.
 */
export function foldAffineBefore(editor: Editor, op: Op): boolean {
  const weighted = weightedOf(editor, op);
  const before = weighted && editor.producer(weighted.input);
  const affine = before && affineOf(editor, before);
  if (!affine) return false;
  if (affine.activation !== "NONE") return false;
  const { scale, shift } = affine;
  const isPlain = op.kind !== "FULLY_CONNECTED" && shift.every((value) => value === 0);
  if (!isPlain && !isWhole(editor, weighted)) return false;
  const weights = Float64Array.from(weighted.weights, (w, i) => w * scale[weighted.inputChannel(i)]);
  const bias = Float64Array.from(weighted.bias);
  weighted.weights.forEach((w, i) => {
    bias[weighted.outputChannel(i)] += w * shift[weighted.inputChannel(i)];
  });
  editor.replace(op, reweighted(editor, weighted, weights, bias, { input: affine.input }));
  return true;
}

/** Whether all outputs are sums over whole windows, in which each weight meets the same channel. */
function isWhole(editor: Editor, { op, input }: Weighted): boolean {
  if (op.kind === "FULLY_CONNECTED")
    return editor.shape(op.inputs[1]!)[1] % editor.shape(input).at(-1)! === 0;
  if (op.kind === "TRANSPOSE_CONV") return false; // at the edges of its output fewer filters overlap
  const { padTop, padBottom, padLeft, padRight } = windowOf(editor, op);
  return padTop + padBottom + padLeft + padRight === 0;
}
