import type { Op } from "../../graph/op.js";
import { type Editor, operation } from "../editor.js";
import { affineOf } from "./affine.js";

/**
 * Batch normalization of images that no layer before or after takes in, such as behind a CONCATENATION: two affine functions in a
 * row are one depthwise convolution of 1 × 1, which quantization rounds once.
 */
export function joinAffine(editor: Editor, op: Op): boolean {
  const last = affineOf(editor, op);
  const before = last && editor.onlyFor(last.input);
  const first = before && affineOf(editor, before);
  if (!first) return false;
  if (first.activation !== "NONE" || editor.shape(op.outputs[0]).length !== 4) return false;
  const channels = first.scale.length;
  const weights = Float32Array.from(first.scale, (scale, i) => scale * last.scale[i]);
  const bias = Float32Array.from(first.shift, (shift, i) => shift * last.scale[i] + last.shift[i]);
  const inputs = [
    first.input,
    editor.constant(`${op.name}/scale`, [1, 1, 1, channels], weights),
    editor.constant(`${op.name}/shift`, [channels], bias),
  ];
  const attributes = {
    padding: "VALID",
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    depthMultiplier: 1,
    activation: last.activation,
  } as const;
  editor.replace(op, operation("DEPTHWISE_CONV_2D", attributes, op.name, inputs, op.outputs));
  return true;
}
