import type { Op } from "../../graph/op.js";
import type { Editor } from "../editor.js";
import { affineOf } from "./affine.js";
import { reweighted, weightedOf } from "./weighted.js";

/** x · w + b, then · scale + shift, is x · (w · scale) + (b · scale + shift): weights and bias take both in. */
export function foldAffineAfter(editor: Editor, op: Op): boolean {
  const affine = affineOf(editor, op);
  const before = affine && editor.onlyFor(affine.input);
  const weighted = before && weightedOf(editor, before);
  if (!weighted) return false;
  if (weighted.op.attributes.activation !== "NONE") return false;
  const { scale, shift, activation } = affine;
  const weights = Float64Array.from(weighted.weights, (w, i) => w * scale[weighted.outputChannel(i)]);
  const bias = Float64Array.from(weighted.bias, (b, channel) => b * scale[channel] + shift[channel]);
  const folded = reweighted(editor, weighted, weights, bias, { outputs: op.outputs, activation });
  editor.replace(op, folded);
  return true;
}
