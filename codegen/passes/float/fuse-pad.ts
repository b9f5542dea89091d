import type { Op } from "../../graph/op.js";
import type { Editor } from "../editor.js";
import { windowOf } from "./window.js";

/**
 * Zeros around the input of a convolution without padding are the padding SAME where that puts its windows at the same
 * places.
 */
export function fusePad(editor: Editor, op: Op): boolean {
  if ((op.kind !== "CONV_2D" && op.kind !== "DEPTHWISE_CONV_2D") || op.attributes.padding !== "VALID")
    return false;
  const pad = editor.producer(op.inputs[0]!);
  if (!pad || !padsWithZeros(editor, pad)) return false;
  const [, , top, bottom, left, right, before, after] = editor.node(pad).integers(1, "the list of paddings");
  if (editor.shape(pad.inputs[0]!)[0] !== editor.shape(pad.outputs[0])[0] || before + after > 0) return false;
  const fused = {
    ...op,
    inputs: [pad.inputs[0]!, ...op.inputs.slice(1)],
    attributes: { ...op.attributes, padding: "SAME" },
  } as typeof op;
  const [found, wanted] = [windowOf(editor, fused), windowOf(editor, op)];
  const isSame =
    found.padTop === top &&
    found.padLeft === left &&
    found.padBottom <= bottom &&
    found.padRight <= right &&
    found.outputHeight === wanted.outputHeight &&
    found.outputWidth === wanted.outputWidth;
  if (isSame) editor.replace(op, fused);
  return isSame;
}

function padsWithZeros(editor: Editor, op: Op): boolean {
  return op.kind === "PAD" || (op.kind === "PADV2" && editor.floats(op.inputs[2]!)?.[0] === 0);
}
